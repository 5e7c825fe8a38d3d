/** A precompile that a library computes: output for an input, undefined if it fails. */
export type Precompile = (input: Uint8Array) => Output | Steps

type Output = Uint8Array | undefined
/** What may take long is computed in steps of some milliseconds; others may compute in between. */
export type Steps = Generator<undefined, Output>

export function isInSteps(computed: Output | Steps): computed is Steps {
  return computed !== undefined && !(computed instanceof Uint8Array)
}

/** All at once. */
export function compute(run: Precompile, input: Uint8Array): Output {
  const computed = run(input)
  if (!isInSteps(computed)) return computed
  for (;;) {
    const { done, value } = computed.next()
    if (done === true) return value
  }
}

/** `size` bytes of the input from `start`; beyond its end there are zeros. */
export function slicePadded(input: Uint8Array, start: number, size: number): Uint8Array {
  const piece = new Uint8Array(size)
  piece.set(input.subarray(start, start + size))
  return piece
}
