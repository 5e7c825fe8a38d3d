/** The lines of a trace on standard error, as geth writes them: standard output has the results. */

import { traceLines, type Listener } from '../index.js'

/** A write for each line would take most of the time. */
const BUFFERED_CHARACTERS = 1 << 16

export const TRACE_OPTION = [
  '--trace',
  'write every instruction to standard error (EIP-3155)',
  false,
] as const

/** Does some work, and then writes what is left of its trace. */
export async function withTraceLines<T>(
  use: (writeLine: (line: string) => void) => Promise<T>,
): Promise<T> {
  let text = ''
  const flush = (): void => {
    process.stderr.write(text)
    text = ''
  }
  try {
    return await use((line) => {
      text += `${line}\n`
      if (text.length >= BUFFERED_CHARACTERS) flush()
    })
  } finally {
    flush()
  }
}

/** The same for the steps of an engine; without a listener if there is to be no trace. */
export function withTraceListener<T>(
  isTraced: boolean,
  use: (options: { listener?: Listener }) => Promise<T>,
): Promise<T> {
  if (!isTraced) return use({})
  return withTraceLines((writeLine) => {
    return use({ listener: traceLines(writeLine) })
  })
}
