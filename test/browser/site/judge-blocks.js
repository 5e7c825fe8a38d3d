// Judges blocks that another process has made: the same code in Node and in a page.

/**
 * @param {typeof import('actor-evm/light')} light
 * @param {string} text lines of JSON, each {block, witness}
 * @param {number} workers
 * @returns {Promise<string[]>} for each line the state root, or why it is refused
 */
export async function judgeBlocks(light, text, workers) {
  const { createValidator, parseBlockFile, witnessFromJson } = light
  const verdicts = []
  let validator
  let chainOfValidator = ''
  for (const line of text.trim().split('\n')) {
    const { block, witness } = JSON.parse(line)
    const { blocks, chain } = parseBlockFile(block)
    const { hash, rlp } = blocks[0]
    // Blocks of one chain share a validator, its memory and its threads
    const name = JSON.stringify(chain)
    if (name !== chainOfValidator) {
      // Also rounds that are too small to be worth it
      const simulation = { alwaysParallel: workers > 1 }
      await validator?.dispose()
      validator = await createValidator({ ...chain, workers, memory: 2 ** 29, simulation })
      chainOfValidator = name
    }
    const input = { block: rlp, blockHash: hash, witness: witnessFromJson(witness) }
    const verdict = await validator.validate(input)
    verdicts.push(verdict.valid ? verdict.stateRoot : `refused: ${verdict.error.message}`)
  }
  await validator?.dispose()
  return verdicts
}
