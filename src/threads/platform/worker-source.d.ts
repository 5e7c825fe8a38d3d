/** Where a thread starts, src/threads/worker-entry.ts, as a script. Made by tools/build.mjs. */
export declare const workerSource: string
