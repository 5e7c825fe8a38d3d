/** Random EVM code that does something: operands fit, jumps land, results are kept. */
import { CodeWriter } from './code-writer.mjs'
import { isFrom } from './forks.mjs'
import { INSTRUCTIONS, OP } from './instructions.mjs'
import { CHILD_SLOT, pushOperand } from './operands.mjs'
import { randomPrecompileCall } from './precompile-inputs.mjs'

/**
 * @typedef {object} Cast whom code knows
 * @property {string} fork
 * @property {string[]} contracts
 * @property {string[]} people
 * @property {number[]} precompiles
 */

/** No instruction of ours reaches deeper, and DUP and SWAP reach 16. */
const MAX_DEPTH = 14
/** Beyond what instructions use at random. */
const INPUT_AT = 0x300
const RESULT_SLOT = 7
const WRITES = new Set(['SSTORE', 'TSTORE', 'LOG0', 'LOG1', 'LOG2', 'LOG3', 'LOG4'])

const tables = new Map()

/** `[weight, instruction]` of a fork. */
function tableOf(fork, isView) {
  const key = `${fork} ${isView}`
  const known = tables.get(key)
  if (known !== undefined) return known
  const rows = INSTRUCTIONS.filter(({ name, since }) => {
    return isFrom(fork, since) && !(isView && WRITES.has(name))
  })
  const table = rows.map((row) => [row.weight, row])
  tables.set(key, table)
  return table
}

class RandomCode {
  #code = new CodeWriter()
  #random
  #cast
  /** How many generations of children the code may carry. */
  #nesting
  /** Writes nothing, so that static calls of it succeed. */
  #isView
  #depth = 0
  /** Words below belong to code outside of the branch. */
  #floor = 0

  constructor(random, cast, { nesting, isView }) {
    this.#random = random
    this.#cast = cast
    this.#nesting = nesting
    this.#isView = isView
  }

  #instruction() {
    const r = this.#random
    const { operands, opcode, pushes } = r.weighted(tableOf(this.#cast.fork, this.#isView))
    const kinds = [...operands].reverse()
    if (kinds[0] === 'word' && this.#depth > this.#floor && r.percent(45)) {
      kinds.shift()
      this.#depth--
    }
    for (const kind of kinds) this.#operand(kind)
    this.#depth -= kinds.length
    this.#code.op(opcode)
    this.#depth += pushes
  }

  #operand(kind) {
    if (kind === 'word' && this.#depth > 0 && this.#random.percent(25)) {
      this.#code.op(OP.DUP1 + this.#random.below(Math.min(this.#depth, 16)))
    } else pushOperand(this.#code, this.#random, this.#cast, kind)
    this.#depth++
  }

  #shuffle() {
    const reach = Math.min(this.#depth - this.#floor, 17)
    if (reach > 1 && this.#random.percent(60)) {
      this.#code.op(OP.SWAP1 + this.#random.below(reach - 1))
    } else if (this.#depth > 0) {
      this.#code.op(OP.DUP1 + this.#random.below(Math.min(this.#depth, 16)))
      this.#depth++
    }
  }

  /** Pops or stores what lies above. */
  #shrinkTo(depth) {
    for (; this.#depth > depth; this.#depth--) {
      if (this.#isView || this.#random.percent(70)) this.#code.op(OP.POP)
      else this.#code.push(this.#random.below(5)).op(OP.SSTORE)
    }
  }

  #pushGas() {
    const r = this.#random
    // Before EIP-150 a call that asks for more than is there halts
    if (!isFrom(this.#cast.fork, 'tangerineWhistle') && r.percent(80)) {
      this.#code.push(r.pick([40_000, 60_000, 100_000])).op(OP.GAS, OP.SUB)
      return
    }
    r.weighted([
      [30, () => this.#code.op(OP.GAS)],
      [30, () => this.#code.push(r.pick([10_000, 30_000, 60_000, 100_000]))],
      [6, () => this.#code.push(r.pick([0, 1, 700, 2_300, 2_600]))],
      [30, () => this.#code.push(r.between(2, 4)).op(OP.GAS, OP.DIV)],
      [4, () => this.#code.push((1n << BigInt(r.pick([63, 64, 255]))) - 1n)],
    ])()
  }

  #pushValue() {
    const r = this.#random
    if (this.#isView || r.percent(60)) this.#code.push(0)
    else if (r.percent(85)) this.#code.push(r.between(1, 1000))
    else this.#code.push(1n << BigInt(r.between(40, 255)))
  }

  /** One of the four calls; leaves 1 or 0. `input` is where and how much. */
  #emitCall(pushTarget, input) {
    const r = this.#random
    const { fork } = this.#cast
    const opcode = r.weighted([
      [this.#isView ? 0 : 50, OP.CALL],
      [12, OP.CALLCODE],
      [18, OP.DELEGATECALL],
      [isFrom(fork, 'byzantium') ? 25 : 0, OP.STATICCALL],
    ])
    this.#code.push(r.below(80)).push(r.below(150))
    if (input !== undefined) this.#code.push(input.size).push(input.at)
    else this.#code.push(r.below(100)).push(r.below(100))
    if (opcode === OP.CALL || opcode === OP.CALLCODE) this.#pushValue()
    pushTarget()
    this.#pushGas()
    this.#code.op(opcode)
    this.#depth++
  }

  #call() {
    this.#emitCall(() => pushOperand(this.#code, this.#random, this.#cast, 'address'))
  }

  /** Puts data that lies behind the code into memory. */
  #copyToMemory(data) {
    const label = this.#code.carry(data)
    this.#code.push(data.length).pushLabel(label).push(INPUT_AT).op(OP.CODECOPY)
  }

  #callPrecompile() {
    const { address, input } = randomPrecompileCall(this.#random, this.#cast.fork)
    this.#copyToMemory(input)
    this.#emitCall(() => this.#code.push(address), { at: INPUT_AT, size: input.length })
  }

  /** Keeps the child's address in CHILD_SLOT, where other code of this contract looks. */
  #create() {
    const r = this.#random
    if (this.#nesting === 0 || this.#isView) return this.#call()
    const initCode = randomInitCode(r, this.#cast, this.#nesting - 1)
    this.#copyToMemory(initCode)
    const hasSalt = isFrom(this.#cast.fork, 'constantinople') && r.percent(55)
    if (hasSalt) this.#code.push(r.below(2))
    this.#code.push(initCode.length).push(INPUT_AT)
    this.#pushValue()
    this.#code.op(hasSalt ? OP.CREATE2 : OP.CREATE, OP.DUP1).push(CHILD_SLOT).op(OP.SSTORE)
    this.#depth++
    if (r.percent(70)) this.#emitCall(() => this.#code.push(CHILD_SLOT).op(OP.SLOAD))
  }

  /** What compilers write, and the decoder fuses. */
  #idiom() {
    const r = this.#random
    if (this.#depth - this.#floor < 3) return this.#instruction()
    r.weighted([
      [3, () => this.#field()],
      [3, () => this.#changeOfCopy()],
      [4, () => this.#comparison()],
      [2, () => this.#store()],
      [2, () => this.#returnJump()],
    ])()
  }

  #dup() {
    this.#code.op(OP.DUP1 + this.#random.below(Math.min(this.#depth, 16)))
    this.#depth++
  }

  /** Some bits of a word. */
  #field() {
    const r = this.#random
    this.#code.push((1n << BigInt(r.between(1, 80))) - 1n)
    this.#depth++
    const bits = r.pick([1, 8, 63, 64, 65, 96, 160, 191, 192, 224, 255])
    if (isFrom(this.#cast.fork, 'constantinople') && r.percent(60)) {
      this.#dup()
      this.#code.push(bits).op(r.percent(80) ? OP.SHR : OP.SHL)
    } else {
      this.#code.push(1n << BigInt(bits))
      this.#depth++
      this.#dup()
      this.#code.op(r.percent(70) ? OP.DIV : OP.MUL)
      this.#depth--
    }
    this.#code.op(OP.AND)
    this.#depth--
  }

  /** DUP1, an operation, SWAP1 POP. */
  #changeOfCopy() {
    const r = this.#random
    this.#code.op(OP.DUP1)
    this.#depth++
    if (r.percent(50)) this.#dup()
    else this.#operand('word')
    this.#code.op(r.pick([OP.ADD, OP.SUB, OP.MUL, OP.AND, OP.OR, OP.XOR, OP.LT, OP.EQ]))
    this.#code.op(OP.SWAP1, OP.POP)
    this.#depth -= 2
  }

  /** An operation whose result replaces a word farther down. */
  #store() {
    const r = this.#random
    const reach = Math.min(this.#depth - this.#floor - 2, 7)
    if (reach < 1) return this.#instruction()
    this.#code.op(r.pick([OP.ADD, OP.SUB, OP.OR, OP.XOR, OP.AND]))
    this.#code.op(OP.SWAP1 + r.below(reach), OP.POP)
    this.#depth -= 2
    if (r.percent(30)) this.#dup()
  }

  /** To a place on the stack, past words that nobody needs any more. */
  #returnJump() {
    const r = this.#random
    const place = this.#code.label()
    const isBelow = r.percent(40)
    if (isBelow) this.#operand('word')
    this.#code.pushLabel(place)
    const words = isBelow ? 0 : r.between(1, 5)
    for (let i = 0; i < words; i++) this.#operand('word')
    // A copy of the place takes that of the lowest word
    const hasCopy = words > 1 && r.percent(40)
    if (hasCopy) this.#code.op(OP.DUP1 + words, OP.SWAP1 + words - 1)
    for (let i = 0; i < words; i++) this.#code.op(OP.POP)
    if (isBelow || hasCopy) this.#code.op(OP.SWAP1, OP.POP)
    this.#code.op(OP.JUMP).place(place)
    this.#depth -= words + (isBelow ? 1 : 0)
  }

  /** Of copies, or a copy with a number, and a branch. */
  #comparison() {
    const r = this.#random
    const after = this.#code.label()
    const isNumber = r.percent(40)
    if (isNumber) this.#code.push(r.pick([0, 1, 2, 5, 0xff, 0xffffff, 0x1000000]))
    const copies = isNumber ? 1 : r.below(3)
    this.#depth += isNumber ? 1 : 0
    for (let i = 0; i < copies; i++) this.#dup()
    this.#code.op(r.pick([OP.LT, OP.GT, OP.SLT, OP.SGT, OP.EQ]))
    if (r.percent(50)) this.#code.op(OP.ISZERO)
    this.#code.pushLabel(after).op(OP.JUMPI)
    this.#depth -= 2
    this.#body(2)
    this.#code.place(after)
  }

  /** A part of the code that leaves the stack as it found it. */
  #body(most) {
    const floor = this.#floor
    this.#floor = this.#depth
    this.#some(this.#random.between(1, most))
    this.#shrinkTo(this.#floor)
    this.#floor = floor
  }

  #branch() {
    const after = this.#code.label()
    this.#operand('word')
    if (this.#random.percent(50)) this.#code.op(OP.ISZERO)
    this.#code.pushLabel(after).op(OP.JUMPI)
    this.#depth--
    this.#body(4)
    if (this.#random.percent(15)) this.#end()
    this.#code.place(after)
  }

  #loop() {
    const start = this.#code.label()
    this.#code.push(this.#random.between(1, 5)).place(start)
    this.#depth++
    this.#body(3)
    this.#code.push(1).op(OP.SWAP1, OP.SUB, OP.DUP1).pushLabel(start).op(OP.JUMPI, OP.POP)
    this.#depth--
  }

  /** What no compiler writes. */
  #odd() {
    const r = this.#random
    r.weighted([
      [4, () => this.#code.op(...r.bytes(r.between(1, 8)))],
      [2, () => this.#code.push(r.below(200)).op(OP.JUMP)],
      [2, () => this.#code.op(r.below(256))],
      [1, () => this.#code.op(...Array.from({ length: 20 }, () => OP.POP))],
      [1, () => {
        const label = this.#code.label()
        this.#code.place(label).op(OP.GAS).pushLabel(label).op(OP.JUMP)
      }],
    ])()
  }

  /** @param {number} count snippets */
  #some(count) {
    for (; count > 0; count--) {
      if (this.#depth >= MAX_DEPTH - 7) this.#shrinkTo(Math.max(this.#floor, MAX_DEPTH - 10))
      this.#random.weighted([
        [760, () => this.#instruction()],
        [70, () => this.#shuffle()],
        [60, () => this.#idiom()],
        [60, () => this.#call()],
        [20, () => this.#callPrecompile()],
        [18, () => this.#create()],
        [45, () => this.#branch()],
        [20, () => this.#loop()],
        [3, () => this.#odd()],
      ])()
    }
  }

  /** Hashes all that is on the stack and in memory into a slot and a log. */
  #keep() {
    for (let at = 0; this.#depth > 0; this.#depth--, at += 32) this.#code.push(at).op(OP.MSTORE)
    if (this.#isView) return
    this.#code.op(OP.MSIZE).push(0).op(OP.KECCAK256).push(RESULT_SLOT).op(OP.SSTORE)
    this.#code.push(64).push(0).op(OP.LOG0)
  }

  #end() {
    const r = this.#random
    r.weighted([
      [50, () => this.#code.push(r.below(100)).push(0).op(OP.RETURN)],
      [20, () => this.#code.op(OP.STOP)],
      [isFrom(this.#cast.fork, 'byzantium') ? 8 : 0, () =>
        this.#code.push(r.below(70)).push(0).op(OP.REVERT)],
      [this.#isView ? 0 : 6, () => {
        pushOperand(this.#code, r, this.#cast, 'address')
        this.#code.op(OP.SELFDESTRUCT)
      }],
      [2, () => this.#code.op(OP.INVALID)],
      [4, () => undefined],
    ])()
  }

  /** @param {number} most snippets */
  program(most) {
    this.#some(this.#random.between(1, most))
    this.#keep()
    this.#end()
    return this.#code.finish()
  }

  constructorCode() {
    const r = this.#random
    this.#some(r.below(8))
    r.weighted([
      [70, () => {
        const isView = r.percent(25)
        const options = { nesting: this.#nesting, isView }
        const runtime = new RandomCode(r, this.#cast, options).program(15)
        this.#copyToMemory(runtime)
        this.#code.push(runtime.length).push(INPUT_AT).op(OP.RETURN)
      }],
      [10, () => this.#code.push(r.below(70)).push(r.below(100)).op(OP.RETURN)],
      [2, () => this.#code.push(r.pick([24_576, 24_577])).push(0).op(OP.RETURN)],
      [2, () => this.#code.push(0xef).push(0).op(OP.MSTORE8).push(1).push(0).op(OP.RETURN)],
      [16, () => this.#end()],
    ])()
    return this.#code.finish()
  }
}

/**
 * @param {import('./random.mjs').Random} r
 * @param {Cast} cast
 * @returns {Uint8Array} code of a contract
 */
export function randomProgram(r, cast, { size = 40, nesting = 2 } = {}) {
  if (r.percent(2)) return r.bytes(r.below(60))
  return new RandomCode(r, cast, { nesting, isView: r.percent(20) }).program(size)
}

/** @returns {Uint8Array} code of a constructor */
export function randomInitCode(r, cast, nesting = 1) {
  return new RandomCode(r, cast, { nesting, isView: false }).constructorCode()
}
