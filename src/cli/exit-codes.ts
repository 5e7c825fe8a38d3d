/** What the process ends with. */

export const EXIT_OK = 0
/** A block failed, or the file cannot be read. */
export const EXIT_FAILED = 1
/** Called wrongly. */
export const EXIT_USAGE = 2
/** All fits, but rests on nothing that is trusted. */
export const EXIT_UNANCHORED = 3
