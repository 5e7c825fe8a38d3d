/** Trees of messages as text with names: what a test expects to happen, at a glance. */
import type { Hex, MessageTree } from 'actor-evm'
import { keccak } from '../../examples/market/abi.mjs'

export interface AbiItem {
  readonly type: string
  readonly name?: string
  readonly inputs?: readonly { readonly type: string }[]
}

const SELECTOR_END = 10

export class TreeSketch {
  readonly #names = new Map<Hex, string>()
  readonly #functions = new Map<string, string>()

  /** How an address is called. */
  name(address: Hex, name: string): void {
    this.#names.set(address, name)
  }

  /** Names the functions of a contract. */
  learn({ abi }: { readonly abi: readonly AbiItem[] }): void {
    for (const { type, name, inputs = [] } of abi) {
      if (type !== 'function') continue
      const signature = `${name}(${inputs.map((input) => input.type).join(',')})`
      const hash = keccak(`0x${Buffer.from(signature).toString('hex')}`)
      this.#functions.set(hash.slice(0, SELECTOR_END), name!)
    }
  }

  /** A line for each message, indented by depth: `alice → token.transfer with 1: revert`. */
  of({ message, children }: MessageTree, depth = 0): string[] {
    const { from, to, data, value, status, outcome } = message
    const selector = data.slice(0, SELECTOR_END)
    const what = data === '0x' ? '' : `.${this.#functions.get(selector) ?? selector}`
    const wei = value === 0n ? '' : ` with ${value}`
    const end = status === 1 ? '' : `: ${outcome}`
    const line = `${this.#nameOf(from)} → ${this.#nameOf(to)}${what}${wei}${end}`
    return ['  '.repeat(depth) + line, ...children.flatMap((tree) => this.of(tree, depth + 1))]
  }

  #nameOf(address: Hex): string {
    return this.#names.get(address) ?? address
  }
}
