import { beforeAll, describe, expect, test } from 'vitest'
import {
  REVISION_CONSTANTINOPLE,
  REVISION_FRONTIER,
  REVISION_OSAKA,
  REVISION_PARIS,
  REVISION_SHANGHAI,
} from '../../assembly/abi/revision.js'
import { type Block, compileDecoder, type DecoderModule } from './helpers/decoder-module.js'
import { Random } from './helpers/random.js'

const BAD_JUMP = ['BAD_JUMP']
const JUMPDEST = 0x5b
const PUSH1 = 0x60
const PUSH32 = 0x7f

let decoder: DecoderModule
beforeAll(async () => {
  decoder = await compileDecoder()
})

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (byte) => parseInt(byte, 16))

const blocksOf = (hex: string, revision = REVISION_OSAKA): Block[] =>
  decoder.decode(bytes(hex), revision).blocks

/** Arguments as operands.ts packs them. */
const operands = (first: number, second: number, popped: number): number =>
  first | (second << 10) | (popped << 20)
const field = (distance: number, bit: number): number => distance | (bit << 16)

const recordsOf = (hex: string, revision = REVISION_OSAKA): string[][] =>
  blocksOf(hex, revision).map((block) => block.records)

describe('basic blocks', () => {
  test('empty code is the implicit STOP', () => {
    expect(recordsOf('')).toEqual([['STOP'], BAD_JUMP])
  })

  test('hold the gas and the stack of their instructions', () => {
    // CALLVALUE CALLER DIV | JUMPDEST POP SWAP3 STOP
    expect(blocksOf('34 33 04 5b 50 92 00')).toMatchObject([
      { gas: 2 + 2 + 5, needs: 0, grows: 2, records: ['CALLVALUE', 'CALLER', 'DIV'] },
      { gas: 1 + 2 + 3, needs: 5, grows: 0, records: ['POP', 'SWAP3', 'STOP'] },
      { gas: 0, needs: 0, grows: 0, records: BAD_JUMP },
    ])
  })

  test('leave out what cannot be reached', () => {
    // STOP ADD PUSH2 5b5b ADD | JUMPDEST INVALID ADD
    const { blocks, destinations } = decoder.decode(bytes('00 01 61 5b5b 01 5b fe 01'), 14)
    expect(blocks.map((block) => block.records)).toEqual([['STOP'], ['INVALID'], BAD_JUMP])
    expect([...destinations.keys()]).toEqual([6])
  })

  test('end at calls, whose successor needs no correction of gas', () => {
    // And know the position of it
    expect(recordsOf('f1 50')).toEqual([['CALL 1'], ['POP', 'STOP'], BAD_JUMP])
  })

  test('tell GAS and SSTORE what is prepaid for the instructions after them', () => {
    // GAS ADD SSTORE MUL STOP
    const records = ['GAS 8', 'ADD', 'SSTORE 5', 'MUL', 'STOP']
    expect(recordsOf('5a 01 55 02 00')).toEqual([records, BAD_JUMP])
  })

  test('begin once where a JUMPDEST follows a JUMPI', () => {
    const blocks = blocksOf('5b 57 5b 5b 00')
    expect(blocks.map((block) => [block.gas, block.records])).toEqual([
      [11, ['JUMPI']],
      [1, []],
      [1, ['STOP']],
      [0, BAD_JUMP],
    ])
  })

  test('end after 256 bytes, to go on in a segment of their own', () => {
    const { blocks, isWithinSize } = decoder.decode(new Uint8Array(100_000).fill(0xa4), 14)
    expect(isWithinSize).toBe(true)
    expect(blocks).toHaveLength(Math.ceil(100_000 / 256) + 1)
    expect(blocks.reduce((gas, block) => gas + block.gas, 0)).toBe(100_000 * 1875)
    expect(blocks[0]?.needs).toBe(256 * 6)
    // An instruction that begins before the cut is whole
    const late = decoder.decode(bytes(`${'34'.repeat(252)} 61 0000 56 5b 00`), 14).blocks
    expect(late[0]?.records.at(-1)).toMatch(/^PUSH_JUMP → /)
    const cut = decoder.decode(bytes(`${'34'.repeat(256)} 50 5b 00`), 14).blocks
    expect(cut.map(({ records }) => records.length)).toEqual([256, 1, 1, 1])
  })
})

describe('immediates', () => {
  test('are in the record up to 8 bytes, after it beyond', () => {
    expect(recordsOf('60 ff 00')).toEqual([['PUSH 0xff', 'STOP'], BAD_JUMP])
    expect(recordsOf('67 0102030405060708 00')[0]).toEqual(['PUSH 0x102030405060708', 'STOP'])
    const nine = '010203040506070809'
    expect(recordsOf(`68 ${nine} 00`)[0]).toEqual([`PUSH_WIDE 0x${nine.slice(1)}`, 'STOP'])
    const word = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'
    expect(recordsOf(`7f ${word} 00`)[0]).toEqual([`PUSH_WIDE 0x${word.slice(1)}`, 'STOP'])
  })

  test('of every length and with every number of leading zeros', () => {
    for (let length = 1; length <= 32; length++) {
      for (let zeros = 0; zeros < length; zeros++) {
        const data = Uint8Array.from({ length }, (_, i) => (i < zeros ? 0 : i + 1))
        const hex = [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('')
        const code = Uint8Array.from([PUSH1 + length - 1, ...data, 0])
        const name = length - zeros > 8 ? 'PUSH_WIDE' : 'PUSH'
        const record = `${name} 0x${BigInt(`0x${hex}`).toString(16)}`
        expect(decoder.decode(code, REVISION_OSAKA).blocks[0]?.records).toEqual([record, 'STOP'])
      }
    }
  })

  test('cut off by the end go on with zeros', () => {
    expect(recordsOf('61')).toEqual([['PUSH', 'STOP'], BAD_JUMP])
    expect(recordsOf('62 01')).toEqual([['PUSH 0x10000', 'STOP'], BAD_JUMP])
    expect(recordsOf('7f ff')[0]).toEqual([`PUSH_WIDE 0xff${'00'.repeat(31)}`, 'STOP'])
  })

  test('of PC is the position', () => {
    expect(recordsOf('34 58 00')[0]).toEqual(['CALLVALUE', 'PUSH 0x1', 'STOP'])
  })

  test('masks written as shifts are computed', () => {
    const mask = (bits: number) => `6001 6001 60${bits.toString(16).padStart(2, '0')} 1b 03`
    const ones = (bits: number) => `0x${((1n << BigInt(bits)) - 1n).toString(16)}`
    expect(blocksOf(`${mask(160)} 16 00`)[0]).toMatchObject({
      gas: 18,
      needs: 1,
      grows: 3,
      records: [`PUSH_WIDE_AND ${ones(160)}`, 'STOP'],
    })
    expect(recordsOf(`${mask(255)} 00`)[0]).toEqual([`PUSH_WIDE ${ones(255)}`, 'STOP'])
    expect(recordsOf(`${mask(64)} 00`)[0]).toEqual([`PUSH_WIDE ${ones(64)}`, 'STOP'])
    expect(recordsOf(`${mask(0)} 00`)[0]).toEqual(['PUSH_WIDE', 'STOP'])
    expect(recordsOf(`${mask(160)} 00`, REVISION_FRONTIER)[0]?.at(-1)).toBe('UNDEFINED 27')
  })
})

describe('jumps', () => {
  test('to an immediate are resolved', () => {
    expect(recordsOf('6003 56 5b 00')).toEqual([['PUSH_JUMP → 1'], ['STOP'], BAD_JUMP])
    expect(recordsOf('5b 6000 57')).toEqual([['PUSH_JUMPI → 0'], ['STOP'], BAD_JUMP])
  })

  test('to anything but a JUMPDEST lead to a block that halts', () => {
    expect(recordsOf('6004 56 60 5b 00')).toEqual([['PUSH_JUMP → 1'], BAD_JUMP])
    expect(recordsOf('60ff 56')).toEqual([['PUSH_JUMP → 1'], BAD_JUMP])
    expect(recordsOf('67 0000000100000000 56')).toEqual([['PUSH_JUMP → 1'], BAD_JUMP])
    expect(recordsOf(`7f ${'ff'.repeat(32)} 56`)).toEqual([
      [`PUSH_WIDE 0x${'ff'.repeat(32)}`, 'JUMP'],
      BAD_JUMP,
    ])
  })

  test('after comparisons are one record', () => {
    const names = ['LT', 'GT', 'SLT', 'SGT', 'EQ']
    names.forEach((name, i) => {
      const opcode = (0x10 + i).toString(16)
      const blocks = blocksOf(`${opcode} 6000 57`)
      const records = [`${name}_PUSH_JUMPI ${operands(0, 32, 64)} → 2`]
      expect(blocks[0]).toMatchObject({ gas: 16, needs: 2, records })
      const negated = [`${name}_ISZERO_PUSH_JUMPI ${operands(0, 32, 64)} → 2`]
      expect(recordsOf(`${opcode} 15 61 0000 57`)[0]).toEqual(negated)
    })
    expect(recordsOf('15 6000 57')[0]).toEqual(['ISZERO_PUSH_JUMPI → 2'])
    expect(blocksOf('80 63 a9059cbb 14 610000 57')[0]).toMatchObject({
      gas: 22,
      needs: 1,
      grows: 2,
      records: [`SELECTOR_JUMPI ${0xa9059cbb} → 2`],
    })
    expect(recordsOf('90 56')).toEqual([['SWAP1_JUMP'], BAD_JUMP])
    expect(recordsOf('50 56')).toEqual([[`POP_JUMP ${operands(32, 0, 64)}`], BAD_JUMP])
    expect(recordsOf('50 50 50 50 56')).toEqual([[`POP_JUMP ${operands(128, 0, 160)}`], BAD_JUMP])
    expect(recordsOf('90 50 56')).toEqual([[`POP_JUMP ${operands(0, 0, 64)}`], BAD_JUMP])
  })
})

describe('comparisons that jump', () => {
  test('read words that have just been copied where they lie', () => {
    const expected = (first: number, second: number, popped: number) => [
      `LT_PUSH_JUMPI ${operands(first, second, popped)} → 2`,
    ]
    expect(recordsOf('82 10 6000 57')[0]).toEqual(expected(64, 0, 32))
    expect(recordsOf('80 10 6000 57')[0]?.slice(-1)).toEqual(expected(0, 0, 32))
    expect(recordsOf('81 81 10 6000 57')[0]).toEqual(expected(0, 32, 0))
    expect(recordsOf('8f 8f 10 6000 57')[0]).toEqual(expected(448, 480, 0))
    // What the second DUP copies is what the first one has
    expect(recordsOf('82 80 10 6000 57')[0]).toEqual(expected(64, 64, 0))
    expect(blocksOf('81 81 10 15 6000 57')[0]).toMatchObject({ gas: 25, needs: 2, grows: 2 })
  })

  test('compare with a small immediate', () => {
    const names = ['LT', 'GT', 'EQ']
    const opcodes = ['10', '11', '14']
    names.forEach((name, i) => {
      const packed = 0x123456 + (1 << 24)
      const code = `62 123456 82 ${opcodes[i]}`
      expect(recordsOf(`${code} 6000 57`)[0]).toEqual([`PUSH_DUP_${name}_PUSH_JUMPI ${packed} → 2`])
      const negated = [`PUSH_DUP_${name}_ISZERO_PUSH_JUMPI ${packed} → 2`]
      expect(recordsOf(`${code} 15 6000 57`)[0]).toEqual(negated)
    })
    const apart = ['PUSH_DUP 32 0x1000000', `LT_PUSH_JUMPI ${operands(0, 32, 64)} → 2`]
    expect(recordsOf('63 01000000 81 10 6000 57')[0]).toEqual(apart)
    expect(recordsOf('60 05 80 10 6000 57')[0]?.[0]).toBe('PUSH_DUP 0x5')
    expect(recordsOf('60 05 81 12 6000 57')[0]?.[0]).toBe('PUSH_DUP 32 0x5')
  })
})

describe('superinstructions', () => {
  test.each([
    ['60 05 01', 'PUSH_ADD 0x5'],
    ['60 05 81', 'PUSH_DUP 32 0x5'],
    ['60 05 90 03', 'PUSH_SWAP1_SUB 0x5'],
    ['60 ff 1c', 'PUSH_SHR 0xff'],
    ['5f 51', 'PUSH_MLOAD'],
    ['50 50', 'POP_POP'],
    ['93 50', 'SWAP4_POP'],
    ['82 52', 'DUP_MSTORE 64'],
    ['82 60 40 52', 'DUP_PUSH_MSTORE 64 0x40'],
    ['81 60 04 1c', 'DUP_SHR 32 0x4'],
    ['81 60 04 1c 16', 'DUP_SHR_AND 32 0x4'],
    ['60 04 82 90 1c', 'DUP_SHR 32 0x4'],
    ['60 10 82 04', 'DUP_SHR 32 0x4'],
    ['60 10 90 04', 'PUSH_SHR 0x4'],
    [`7f 01${'00'.repeat(28)} 000000 90 04`, 'PUSH_SHR 0xf8'],
    [`7f 01${'00'.repeat(28)} 000000 84 04`, 'DUP_SHR 96 0xf8'],
    [`7f 01${'00'.repeat(28)} 000000 02`, 'PUSH_SHL 0xf8'],
    ['60 05 81 01', 'PUSH_DUP_ADD 32 0x5'],
    ['60 05 81 52', 'PUSH_DUP_MSTORE 32 0x5'],
    ['60 05 90', 'PUSH_SWAP1 0x5'],
    ['60 05 90 10', 'PUSH_GT 0x5'],
    ['60 20 01 51', 'PUSH_ADD_MLOAD 0x20'],
    ['01 90 50', 'ADD_SWAP_POP 64'],
    ['94 50', 'SWAP5_POP'],
    ['92 50 50', 'SWAP_POP_POP 96'],
    ['90 50 50', 'POP_POP'],
    ['95 50', 'SWAP6_POP'],
    ['17 90 50', 'OR_SWAP_POP 64'],
    ['18 95 50', 'XOR_SWAP_POP 224'],
    ['03 91 50', 'SUB_SWAP_POP 96'],
    ['60 10 82 02', 'DUP_SHL 32 0x4'],
    [`7f 01${'00'.repeat(28)} 000000 84 02`, 'DUP_SHL 96 0xf8'],
    ['90 50 80', 'SWAP1_POP_DUP1'],
    ['81 60 04 1b', 'DUP_SHL 32 0x4'],
    ['81 60 04 01', 'PUSH_DUP_ADD 64 0x4'],
    ['81 60 04 16', 'PUSH_DUP_AND 64 0x4'],
    ['16 17', 'AND_OR'],
    ['50 50 50 50', 'POP_4'],
    ['90 03', 'SWAP1_SUB'],
    ['90 10', 'GT'],
    ['90 16', 'AND'],
  ])('%s is %s', (hex, record) => {
    expect(recordsOf(`${hex} 00`)[0]).toEqual([record, 'STOP'])
  })

  test('are as long as their parts allow', () => {
    const records = (hex: string) => recordsOf(`${hex} 00`)[0]?.slice(0, -1)
    // A mask, a word shifted, and both and'ed
    const masked = `DUP_SHR_MASK ${field(32, 224)} 0xffffffff`
    expect(records('63 ffffffff 82 60 e0 1c 16')).toEqual([masked])
    expect(records('60 ff 81 60 08 1c 16')).toEqual([`DUP_SHR_MASK ${field(0, 8)} 0xff`])
    expect(records('60 ff 80 60 08 1c 16')).toEqual(['PUSH 0xff', 'DUP_SHR_AND 0x8'])
    // A copy of the top is changed, and takes its place
    expect(records('80 60 05 01 90 50')).toEqual(['PUSH_ADD 0x5'])
    expect(records('60 05 81 16 90 50')).toEqual(['PUSH_AND 0x5'])
    expect(records('80 60 05 1c 90 50')).toEqual(['PUSH_SHR 0x5'])
    expect(records('80 60 05 02 90 50')).toEqual(['PUSH_MUL 0x5'])
    expect(records('80 82 01 90 50')).toEqual(['DUP_ADD 32'])
    expect(records('80 81 03 90 50')).toEqual(['DUP_SUB'])
    expect(records('80 80 18 90 50')).toEqual(['DUP_XOR'])
    expect(records('81 82 01 90 50')).toEqual(['DUP2 32', 'DUP_ADD 64', 'SWAP1_POP'])
    // What DUP1 copies is the pushed word itself
    expect(records('60 05 80 01')).toEqual(['PUSH_DUP 0x5', 'ADD'])
    expect(records('60 08 80 04')).toEqual(['PUSH_DUP 0x8', 'DIV'])
    expect(records('50 50 50 50 50')).toEqual(['POP_4', 'POP'])
    // Control may come to the second instruction alone
    expect(recordsOf('60 05 5b 01 00').slice(0, 2)).toEqual([['PUSH 0x5'], ['ADD', 'STOP']])
    expect(recordsOf('81 60 08 57 00')[0]).toEqual(['DUP_PUSH_JUMPI 32 → 2'])
    expect(recordsOf('80 15 60 08 57 00')[0]).toEqual(['DUP_ISZERO_PUSH_JUMPI → 2'])
  })

  test('are not made of instructions that the revision does not have', () => {
    const apart = [['PUSH 0x1', 'UNDEFINED 27'], BAD_JUMP]
    expect(recordsOf('60 01 1b', REVISION_FRONTIER)).toEqual(apart)
    expect(recordsOf('60 01 1b', REVISION_CONSTANTINOPLE)[0]).toEqual(['PUSH_SHL 0x1', 'STOP'])
    expect(recordsOf('5f 51', REVISION_PARIS)).toEqual([['UNDEFINED 95'], BAD_JUMP])
    expect(recordsOf('5f 51', REVISION_SHANGHAI)[0]).toEqual(['PUSH_MLOAD', 'STOP'])
  })

  test('a shift too far is not one', () => {
    expect(recordsOf('61 0100 1b')[0]).toEqual(['PUSH 0x100', 'SHL', 'STOP'])
  })
})

describe('any code', () => {
  /** Positions of the JUMPDESTs that are not push data (YP 9.4.3). */
  function destinationsOf(code: Uint8Array): number[] {
    const found = []
    for (let pc = 0; pc < code.length; pc++) {
      const opcode = code[pc] as number
      if (opcode === JUMPDEST) found.push(pc)
      if (opcode >= PUSH1 && opcode <= PUSH32) pc += opcode - PUSH1 + 1
    }
    return found
  }

  test('stays within its size, and has all its jump destinations and no others', () => {
    const random = new Random(7n)
    const frequent = bytes('5b57566061 7f809050151410 5a55f100fe1b0301165f68')
    for (let round = 0; round < 3000; round++) {
      const revision = random.nextInt(REVISION_OSAKA + 1)
      const code = random.nextBytes(random.nextInt(200))
      if (round % 2 === 0) {
        code.forEach((byte, i) => (code[i] = frequent[byte % frequent.length] as number))
      }
      const { destinations, isWithinSize } = decoder.decode(code, revision)
      expect(isWithinSize).toBe(true)
      expect([...destinations.keys()]).toEqual(destinationsOf(code))
      expect([...destinations.values()]).not.toContain(undefined)
    }
  })

  test('takes space in proportion to its length', () => {
    for (const byte of [0x00, 0x01, 0x10, 0x57, JUMPDEST, PUSH1, PUSH32, 0x80, 0xf1]) {
      const { sizeBytes, isWithinSize } = decoder.decode(new Uint8Array(49_152).fill(byte), 14)
      expect(isWithinSize).toBe(true)
      expect(sizeBytes).toBeLessThanOrEqual(37 * 49_152)
    }
  })
})
