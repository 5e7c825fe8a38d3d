/** A precompile that a library computes: output for an input, undefined if it fails. */
export type Precompile = (input: Uint8Array) => Uint8Array | undefined

/** `size` bytes of the input from `start`; beyond its end there are zeros. */
export function slicePadded(input: Uint8Array, start: number, size: number): Uint8Array {
  const piece = new Uint8Array(size)
  piece.set(input.subarray(start, start + size))
  return piece
}
