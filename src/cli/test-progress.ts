/** How far a run of tests is, as a bar on a terminal. */

import type { TestProgress } from '../runners/run-tests.js'

const BAR_CELLS = 24
const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001b[2K'

interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export class TestProgressBar {
  readonly #terminal: Terminal
  readonly #start = performance.now()
  #next = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show({ cases, failed, fraction }: TestProgress): void {
    const now = performance.now()
    if (this.#terminal.isTTY !== true || now < this.#next) return
    this.#next = now + REDRAW_MS
    const rate = Math.round((cases / Math.max(now - this.#start, 1)) * 1000)
    const bar = '█'.repeat(Math.round(fraction * BAR_CELLS)).padEnd(BAR_CELLS, '░')
    const percent = `${Math.floor(fraction * 100)} %`.padStart(5)
    const line = `${bar}${percent}  ${cases} cases, ${failed} failed, ${rate} a second`
    this.#terminal.write(`${CLEAR_LINE}${line}`)
  }

  clear(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write(CLEAR_LINE)
  }
}
