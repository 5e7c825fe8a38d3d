/** Numbers of Ethereum's rules that the core and the host both need. */

/** Gas that a call gets beside what it is given, if it has value (Yellow Paper appendix G). */
export const CALL_STIPEND = 2300;

/** Blocks before this one whose hashes BLOCKHASH knows (Yellow Paper appendix H). */
export const BLOCK_HASH_WINDOW = 256;
