/** Apart from the platforms, so that the bundle of a worker does not hold them. */
export function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  return typeof process?.versions?.node === 'string'
}
