import { describe, expect, it } from 'vitest'
import * as map from '../../assembly/abi/memory-map.js'
import * as records from '../../assembly/abi/records.js'

/** Fields of a record by the prefix of their names, and names with that prefix that are none. */
const RECORDS: readonly [prefix: string, others: readonly RegExp[]][] = [
  ['ACCOUNT_', [/_SIZE$/]],
  ['SLOT_', [/_SIZE$/]],
  ['MESSAGE_', [/^MESSAGE_SIZE$/, /_KIND_/, /_OPEN$/, /_CREATE$/]],
  ['TX_', [/^TX_SIZE$/]],
]

function namesByPlace(fields: readonly (readonly [string, unknown])[]): Map<unknown, string[]> {
  const places = new Map<unknown, string[]>()
  for (const [name, place] of fields) places.set(place, [...(places.get(place) ?? []), name])
  return places
}

const shared = (fields: readonly (readonly [string, unknown])[]): string[][] =>
  [...namesByPlace(fields).values()].filter((names) => names.length > 1)

describe('no two fields share a place', () => {
  it('of the control block', () => {
    const fields = Object.entries(map).filter(([name, place]) => {
      return name !== 'CONTROL' && !name.startsWith('ARENA_') && place >= 1024 && place < 16_384
    })
    expect(fields.length).toBeGreaterThan(40)
    expect(shared(fields)).toEqual([])
  })

  it("of a worker's record", () => {
    const fields = Object.entries(map).filter(([name]) => {
      return name.startsWith('WORKER_') && name !== 'WORKER_SIZE'
    })
    expect(fields.length).toBeGreaterThan(15)
    expect(shared(fields)).toEqual([])
    for (const [, place] of fields) expect(place).toBeLessThan(map.WORKER_SIZE)
  })

  it.each(RECORDS)('of records %s', (prefix, others) => {
    const fields = Object.entries(records).filter(([name]) => {
      return name.startsWith(prefix) && !others.some((other) => other.test(name))
    })
    expect(shared(fields)).toEqual([])
  })
})
