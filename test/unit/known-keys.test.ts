import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../src/base/errors.js'
import { checkKeys, nearest, oneOf } from '../../src/base/known-keys.js'

const KNOWN = ['blockHash', 'fork', 'semantics', 'workers', 'rules']

describe('keys that nobody reads', () => {
  it('lets known keys pass, whatever their values', () => {
    expect(() => checkKeys({ fork: undefined, workers: 1 }, KNOWN, 'options')).not.toThrow()
  })

  it.each([
    ['blockhash', 'blockHash'],
    ['forks', 'fork'],
    ['sematics', 'semantics'],
    ['wrokers', 'workers'],
    ['worker', 'workers'],
    ['sem', 'semantics'],
  ])('names what "%s" was meant to be', (key, meant) => {
    const check = (): void => checkKeys({ [key]: 1 }, KNOWN, 'options', 'option')
    expect(check).toThrow(InvalidInputError)
    expect(check).toThrow(`unknown option: "options.${key}"`)
    expect(check).toThrow(`did you mean "${meant}"?`)
  })

  it('guesses nothing where nothing is near', () => {
    expect(nearest('colour', KNOWN)).toBeUndefined()
    expect(nearest('', KNOWN)).toBeUndefined()
    expect(nearest('x', ['a', 'to', 'gas'])).toBeUndefined()
  })

  it('answers soon and shortly about a key of megabytes, and about a value undefined', () => {
    const key = 'k'.repeat(2 ** 22)
    const check = (): void => checkKeys({ [key]: undefined }, KNOWN, 'options')
    expect(check).toThrow(InvalidInputError)
    try {
      check()
    } catch (error) {
      expect(JSON.stringify(error).length).toBeLessThan(1_000)
      expect((error as Error).message.length).toBeLessThan(1_000)
    }
  })
})

describe('words', () => {
  it('gives a known word back, and refuses others with the nearest', () => {
    expect(oneOf('chain', ['chain', 'execution'], 'rules')).toBe('chain')
    expect(() => oneOf('exec', ['chain', 'execution'], 'rules')).toThrow(
      /"rules" expected one of chain, execution; did you mean "execution"\?, got "exec"/,
    )
    expect(() => oneOf('chian', ['chain', 'execution'], 'rules')).toThrow('did you mean "chain"?')
    expect(() => oneOf(7, ['chain', 'execution'], 'rules')).toThrow(InvalidInputError)
  })
})
