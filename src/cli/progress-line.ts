/** One line that says how far the work is, on a terminal only, and only if it takes long. */

import type { Progress } from '../index.js'

const QUIET_MS = 500
const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001b[2K'

interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export class ProgressLine {
  readonly #terminal: Terminal
  #isShown = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  listener(what: string): (progress: Progress) => void {
    let next = performance.now() + QUIET_MS
    return ({ phase, done, total }) => {
      if (this.#terminal.isTTY !== true || performance.now() < next) return
      next = performance.now() + REDRAW_MS
      const count = total === undefined ? `${done}` : `${done} of ${total}`
      this.#terminal.write(`${CLEAR_LINE}${what}: ${phase} ${count}`)
      this.#isShown = true
    }
  }

  clear(): void {
    if (this.#isShown) this.#terminal.write(CLEAR_LINE)
    this.#isShown = false
  }
}
