// Runs the cases of test/support/runtime-cases.ts: the same code in Node, in a page, in a worker.

/**
 * @param {(options: any) => Promise<any>} createEngine
 * @param {readonly {name: string, options: object, alloc: object, blocks: readonly object[]}[]} cases
 * @param {{workers?: number}} options of every engine, on top of the cases' own
 * @returns {Promise<object[]>} for each case its name, genesis root and blocks' roots
 */
export async function runCases(createEngine, cases, options) {
  const outcomes = []
  for (const { name, options: own, alloc, blocks } of cases) {
    // Small rounds are shared too
    const simulation = { alwaysParallel: options.workers > 1 }
    const engine = await createEngine({ memory: 2 ** 30, simulation, ...own, ...options })
    try {
      const genesis = await engine.loadGenesis(alloc)
      const results = []
      for (const block of blocks) results.push(await outcomeOf(engine, block))
      outcomes.push({ name, workers: engine.workers, genesis, results })
    } finally {
      await engine.dispose()
    }
  }
  return outcomes
}

/** What consensus is about, of a block that is executed or refused. */
async function outcomeOf(engine, block) {
  try {
    const result = await engine.executeBlock(block)
    const { stateRoot, receiptsRoot, virtualBlocksRoot, logsBloom, gasUsed, receipts } = result
    const statuses = receipts.map(({ status }) => Number(status))
    const messages = result.rounds.map(({ messages }) => messages.map(({ id }) => id))
    const roots = { stateRoot, receiptsRoot, virtualBlocksRoot, logsBloom }
    return { ...roots, gasUsed, statuses, messages }
  } catch (error) {
    return { error: error.name, reason: error.reason ?? null, root: await engine.stateRoot() }
  }
}

/** Fetches the cases and runs them. @returns outcomes, or the name and message of an error */
export async function runFetchedCases(createEngine, options) {
  try {
    const response = await fetch('/cases.json')
    return await runCases(createEngine, await response.json(), options)
  } catch (error) {
    return { error: error.name, message: error.message, place: error.place }
  }
}
