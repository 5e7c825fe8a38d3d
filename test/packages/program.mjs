// What a user's program does, in any runtime and out of any bundle. It prints one line of JSON.
const ALICE = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
const COUNTER = `0x${'cc'.repeat(20)}`
const PAIRING = `0x${'dd'.repeat(20)}`
/** Adds 1 to slot 0. */
const COUNT = '0x5f546001015f5500'
/** Stores what the pairing precompile says of no pairs: 1. A library of JavaScript computes it. */
const PAIR = '0x60205f5f5f60085afa505f515f5500'
const SECRET_KEY = `0x${'11'.repeat(32)}`

/**
 * Two groups of a round, run by all workers, and the same block again by a light validator.
 * @param {Pick<typeof import('actor-evm'), 'createEngine'>} library
 * @param {Pick<typeof import('actor-evm'), 'validateBlock'>} light
 * @param {number} workers
 */
export async function runProgram({ createEngine }, { validateBlock }, workers) {
  // Without it one worker runs a block as small as this alone
  const simulation = { alwaysParallel: true }
  const engine = await createEngine({ semantics: 'actor', workers, simulation })
  await engine.loadGenesis({
    [ALICE]: { balance: 10n ** 18n },
    [COUNTER]: { code: COUNT },
    [PAIRING]: { code: PAIR },
  })
  const env = {
    number: 1,
    timestamp: 1_800_000_000,
    gasLimit: 30_000_000,
    coinbase: ALICE,
  }
  const transactions = [COUNTER, PAIRING].map((to, nonce) => {
    return { to, nonce, gasLimit: 200_000, gasPrice: 1, secretKey: SECRET_KEY }
  })
  const { bytes: block, hash: blockHash, result, witness } = await engine.produceBlock({
    env,
    transactions,
  })
  const slots = [await engine.getStorage(COUNTER, 0), await engine.getStorage(PAIRING, 0)]
  await engine.dispose()
  const input = { block, blockHash, witness }
  const verdict = await validateBlock({ ...input, semantics: 'actor', workers })
  const { receipts } = structuredClone(result)
  return {
    blockHash,
    statuses: receipts.map(({ status }) => status),
    slots: slots.map(Number),
    workers: result.rounds[0].perWorker.length,
    valid: verdict.valid,
  }
}
