/** What the process ends with. */

export const EXIT_OK = 0
/** A block failed, or the file cannot be read. */
export const EXIT_FAILED = 1
/** Called wrongly. */
export const EXIT_USAGE = 2
/** All fits, but rests on nothing that is trusted. */
export const EXIT_UNANCHORED = 3
/** Interrupted: 128 and the number of the signal, as shells have it. */
export const EXIT_SIGINT = 130
export const EXIT_SIGTERM = 143
/** Nobody reads the output any more: that of SIGPIPE. */
export const EXIT_BROKEN_PIPE = 141
