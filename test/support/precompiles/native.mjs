// A precompile of many moods, for custom-precompiles.test.ts: the first byte of input says which.

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16))
const word = (value) => bytesOf(value.toString(16).padStart(64, '0'))

const MOODS = {
  count({ context }) {
    context.store(0n, context.load(0n) + 1n)
    return word(context.load(0n))
  },
  throwAfterCount(call) {
    MOODS.count(call)
    throw new Error('no')
  },
  revertAfterCount(call) {
    MOODS.count(call)
    return { revert: Uint8Array.of(0xab, 0xcd) }
  },
  tell({ context: { caller, value, isStatic, gasLeft } }) {
    const who = bytesOf(caller.slice(2).padStart(64, '0'))
    return new Uint8Array([...who, ...word(value), ...word(isStatic ? 1 : 0), ...word(gasLeft)])
  },
  readOnly: ({ context }) => word(context.load(0n)),
  useGas: ({ context, rest }) => {
    context.useGas(BigInt(rest[0] ?? 0) * 1_000n)
    return new Uint8Array(0)
  },
  send({ context, rest }) {
    MOODS.count({ context })
    const to = rest.slice(0, 20)
    return word(context.send({ to, data: rest.slice(20), value: context.value }) ? 1n : 0n)
  },
  promise: async () => new Uint8Array(0),
  large: () => new Uint8Array(300_000).fill(7),
  /** Until the engine's memory is at its end, whatever the engine says meanwhile. */
  fill({ context }) {
    for (let slot = 0n; slot < 1_000_000n; slot++) {
      try {
        context.store(slot, 1n)
      } catch {
        if (slot % 10n === 0n) return new Uint8Array(0)
      }
    }
    return new Uint8Array(0)
  },
  badSlot: ({ context }) => word(context.load(-1n)),
}
export const MOOD_NAMES = Object.keys(MOODS)

export const native = {
  gas: (input) => 100n + BigInt(input.length),
  run(input, context) {
    const mood = MOODS[MOOD_NAMES[input[0] ?? 0]]
    return mood({ context, rest: input.slice(1) })
  },
}
export const dear = { gas: () => 1n << 70n, run: () => new Uint8Array(0) }
export const negative = { gas: () => -5n, run: () => new Uint8Array(0) }
export default native
