/** Streams that tell of every instruction: their blocks, bounds and destinations. */
import { beforeAll, describe, expect, it } from 'vitest'
import { REVISION_FRONTIER, REVISION_OSAKA } from '../../assembly/abi/revision.js'
import { Random } from '../reference/random.js'
import { compileDecoder, type Block, type DecoderModule } from './helpers/decoder-module.js'

const CODES = 2_000
const MAX_CODE_BYTES = 300

let decoder: DecoderModule
beforeAll(async () => {
  decoder = await compileDecoder()
})

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const blocksOf = (hex: string): Block[] =>
  decoder.decode(bytes(hex), REVISION_OSAKA, true).blocks
/** Gas and records of each block. */
const shapeOf = (hex: string): unknown[] =>
  blocksOf(hex).map(({ gas, records }) => [gas, ...records])

const BAD_JUMP = [0, 'BAD_JUMP']

describe('traced code', () => {
  it('has a TRACE and a block of its own for each instruction, and for the STOP at the end', () => {
    // PUSH1 2 PUSH1 3 ADD: fused where it is not traced
    expect(shapeOf('6002600301')).toEqual([
      [0, 'TRACE 0x60'], [3, 'PUSH 0x2'],
      [0, 'TRACE 2 0x60'], [3, 'PUSH 0x3'],
      [0, 'TRACE 4 0x1'], [3, 'ADD'],
      [0, 'TRACE 5'], [0, 'STOP'],
      BAD_JUMP,
    ])
  })

  it('has nothing where there is no code', () => {
    expect(shapeOf('')).toEqual([[0, 'STOP'], BAD_JUMP])
  })

  it('has jump destinations where they can be told of', () => {
    const { blocks, destinations } = decoder.decode(bytes('600456005b00'), REVISION_OSAKA, true)
    const target = destinations.get(4)!
    expect(target.records).toEqual(['TRACE 4 0x5b'])
    const place = blocks.indexOf(target)
    expect(blocks.slice(place + 1, place + 2)).toMatchObject([{ gas: 1, records: [] }])
  })

  it('keeps wide immediates, also cut ones, and what the revision does not have', () => {
    expect(shapeOf(`68${'01'.repeat(8)}`).slice(0, 4)).toEqual([
      [0, 'TRACE 0x68'], [3, 'PUSH_WIDE 0x10101010101010100'], [0, 'TRACE 10'], [0, 'STOP'],
    ])
    const { blocks } = decoder.decode(bytes('5f'), REVISION_FRONTIER, true)
    expect(blocks.slice(0, 2).map(({ records }) => records)).toEqual([
      ['TRACE 0x5f'], ['UNDEFINED 95'],
    ])
  })

  it('stays within its size, and has the destinations of code that is not traced', () => {
    const random = new Random(3155)
    for (let i = 0; i < CODES; i++) {
      const length = random.below(MAX_CODE_BYTES)
      const code = Uint8Array.from({ length }, () =>
        random.percent(30) ? random.pick([0x5b, 0x56, 0x57, 0x60, 0x7f]) : random.below(256),
      )
      const traced = decoder.decode(code, REVISION_OSAKA, true)
      expect(traced.isWithinSize, Buffer.from(code).toString('hex')).toBe(true)
      const positions = [...traced.destinations.keys()]
      const plain = decoder.decode(code, REVISION_OSAKA)
      expect(positions).toEqual([...plain.destinations.keys()])
      for (const [position, block] of traced.destinations) {
        expect(block!.records).toEqual([`TRACE ${position === 0 ? '' : `${position} `}0x5b`])
      }
    }
  })
})
