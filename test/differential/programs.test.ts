/**
 * Random programs of all opcodes, under the rules of Osaka, here and in @ethereumjs/evm. Each is a
 * contract that a transaction calls; what its instructions computed, and the gas that was left in
 * between, ends up in storage and logs, so that the receipt and the state root tell any difference.
 *
 * ACTOR_EVM_RANDOM_PROGRAMS (2000) programs with seeds from ACTOR_EVM_RANDOM_SEED (0) on.
 */
import { describe, expect, it } from 'vitest'
import { fromEnvironment, portionsOfSeeds } from '../support/from-environment.js'
import { fuzzCase } from './fuzz/fuzz-case.mjs'

const PROGRAMS = fromEnvironment('ACTOR_EVM_RANDOM_PROGRAMS', 2_000)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)
/** Contracts of one state, transactions of one block. */
const PROGRAMS_IN_CASE = 100
/** The peer executes some 20 million gas a second. */
const MOST_GAS = 300_000

describe('random programs give the results and the gas of @ethereumjs/evm', () => {
  const cases = portionsOfSeeds(FIRST_SEED, Math.ceil(PROGRAMS / PROGRAMS_IN_CASE), 1)
  it.each(cases)('%i: a hundred programs', async (seed) => {
    const { differences, succeeded } = await fuzzCase(seed, {
      fork: 'osaka',
      programs: PROGRAMS_IN_CASE,
      transactions: PROGRAMS_IN_CASE,
      oneEach: true,
      mostGas: MOST_GAS,
    })
    const replay = `ACTOR_EVM_RANDOM_SEED=${seed} ACTOR_EVM_RANDOM_PROGRAMS=${PROGRAMS_IN_CASE}`
    expect(differences, `again with ${replay}`).toEqual([])
    // Programs that fail leave nothing to compare but their gas
    expect(succeeded).toBeGreaterThan(PROGRAMS_IN_CASE / 3)
  })
})
