// Runs one block and returns what can be compared as JSON: the same in Node and in a page.

/**
 * @param {(options: any) => Promise<any>} createEngine
 * @param {{alloc: object, env: object, transactions: string[]}} scenario
 * @param {number} workers
 */
export async function runScenario(createEngine, scenario, workers) {
  const engine = await createEngine({ workers, fork: 'osaka', semantics: 'actor' })
  try {
    await engine.loadGenesis(scenario.alloc)
    const result = await engine.executeBlock({
      env: scenario.env,
      transactions: scenario.transactions,
    })
    const hex = (value) =>
      typeof value === 'string'
        ? value
        : `0x${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
    return {
      stateRoot: hex(result.stateRoot),
      receiptsRoot: hex(result.receiptsRoot),
      virtualBlocksRoot: hex(result.virtualBlocksRoot),
      gasUsed: String(result.gasUsed),
      statuses: result.receipts.map(({ status }) => Number(status)),
    }
  } finally {
    await engine.dispose()
  }
}

/** Called by both pages: leaves the result, or the error, where the test looks for it. */
export async function runPage(createEngine) {
  try {
    const response = await fetch('/scenario.json')
    globalThis.result = await runScenario(createEngine, await response.json(), 2)
  } catch (error) {
    globalThis.result = { error: String(error?.stack ?? error) }
  }
}
