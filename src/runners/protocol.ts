/** What the main thread and the threads that run tests say to each other. */

import type { CaseFilter, Tally, TestKind } from './tally.js'

/** Given to a thread when it starts. */
export interface ThreadInit {
  readonly kind: TestKind
  /** Whether the tally is to have timings. */
  readonly isTimed: boolean
  readonly filter: CaseFilter
}

/** To a thread: a file to run. Its bytes move there. */
export interface FileCommand {
  readonly name: string
  readonly bytes: Uint8Array
}

/** From a thread, now and then: it lives, and has run so many cases of the present file. */
export interface AliveReply {
  readonly cases: number
}

/** From a thread: the file is done. */
export interface FileReply {
  readonly tally: Tally
}

export type ThreadReply = AliveReply | FileReply
