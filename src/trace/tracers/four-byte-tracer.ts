/** `4byteTracer` of geth: which functions were called, and with how many bytes of arguments. */

import type { Tracer } from '../listener.js'
import { sorted } from './json.js'

const SELECTOR_END = '0x'.length + 8
const CALLS: ReadonlySet<string> = new Set(['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'])

export function fourByteTracer(): Tracer {
  const counts = new Map<string, number>()
  return {
    listener: {
      onFrameStart({ input, isPrecompile, type }) {
        if (isPrecompile || !CALLS.has(type) || input.length < SELECTOR_END) return
        const key = `${input.slice(0, SELECTOR_END)}-${(input.length - SELECTOR_END) / 2}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      },
    },
    result: () => sorted(counts),
  }
}
