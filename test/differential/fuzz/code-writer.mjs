import { OP } from './instructions.mjs'

/** Writes EVM code: opcodes, pushes, labels, and data behind the code. */
export class CodeWriter {
  #bytes = []
  #places = []
  #fixups = []
  #data = []

  get size() {
    return this.#bytes.length
  }

  /** @param {number[]} opcodes */
  op(...opcodes) {
    this.#bytes.push(...opcodes)
    return this
  }

  /** The shortest PUSH that holds the value; PUSH1 0 for 0, which every fork knows. */
  push(value) {
    let digits = BigInt(value).toString(16)
    if (digits.length % 2 === 1) digits = `0${digits}`
    this.#bytes.push(OP.PUSH1 + digits.length / 2 - 1)
    for (let i = 0; i < digits.length; i += 2) {
      this.#bytes.push(parseInt(digits.slice(i, i + 2), 16))
    }
    return this
  }

  /** PUSH32 with leading zeros. */
  pushWide(value) {
    const digits = BigInt(value).toString(16).padStart(64, '0')
    this.#bytes.push(OP.PUSH1 + 31, ...Buffer.from(digits, 'hex'))
    return this
  }

  label() {
    return this.#places.push(undefined) - 1
  }

  /** Two bytes, which hold any offset in the code. */
  pushLabel(label) {
    this.#bytes.push(OP.PUSH1 + 1, 0, 0)
    this.#fixups.push({ at: this.#bytes.length - 2, label })
    return this
  }

  /** The label is here, with a JUMPDEST. */
  place(label) {
    this.#places[label] = this.#bytes.length
    return this.op(OP.JUMPDEST)
  }

  /** @returns {number} the label of the place where `data` will lie, behind the code */
  carry(data) {
    const label = this.label()
    this.#data.push({ label, data })
    return label
  }

  finish() {
    for (const { label, data } of this.#data) {
      this.#places[label] = this.#bytes.length
      for (const byte of data) this.#bytes.push(byte)
    }
    for (const { at, label } of this.#fixups) {
      const place = this.#places[label]
      this.#bytes[at] = place >> 8
      this.#bytes[at + 1] = place & 0xff
    }
    return Uint8Array.from(this.#bytes)
  }
}
