// A process of its own: imports an engine, executes one block of one transfer, says how long it
// took. `own` or `peer`.
const begin = performance.now()
const SECRET_KEY = `0x${'46'.repeat(32)}`
const SENDER = '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f'
const RECIPIENT = '0x1111111111111111111111111111111111111111'
const BALANCE = 10n ** 18n
const FIELDS = { nonce: 0, gasLimit: 21_000, gasPrice: 10, to: RECIPIENT, value: 1 }
const ENV = { number: 1, timestamp: 1_800_000_000, gasLimit: 30_000_000, baseFeePerGas: 7 }

async function runOwn() {
  const { createEngine } = await import('actor-evm')
  const importMs = performance.now() - begin
  const engine = await createEngine({ workers: 1 })
  await engine.loadGenesis({ [SENDER]: { balance: BALANCE } })
  const env = { ...ENV, coinbase: RECIPIENT }
  const transactions = [{ ...FIELDS, chainId: 1, secretKey: SECRET_KEY }]
  const { gasUsed } = await engine.executeBlock({ env, transactions })
  return { importMs, gasUsed, totalMs: performance.now() - begin }
}

async function runPeer() {
  const [{ createVM, runTx }, { createBlock }, { createLegacyTx }, { createAccount, ...util }] =
    await Promise.all([
      import('@ethereumjs/vm'),
      import('@ethereumjs/block'),
      import('@ethereumjs/tx'),
      import('@ethereumjs/util'),
    ])
  const importMs = performance.now() - begin
  const vm = await createVM()
  const { common } = vm
  const sender = util.createAddressFromString(SENDER)
  await vm.stateManager.putAccount(sender, createAccount({ balance: BALANCE }))
  const options = { common, skipConsensusFormatValidation: true }
  const block = createBlock({ header: { ...ENV, coinbase: RECIPIENT } }, options)
  const tx = createLegacyTx(FIELDS, { common }).sign(util.hexToBytes(SECRET_KEY))
  const { totalGasSpent } = await runTx(vm, { tx, block })
  await vm.stateManager.getStateRoot()
  return { importMs, gasUsed: Number(totalGasSpent), totalMs: performance.now() - begin }
}

const result = process.argv[2] === 'peer' ? await runPeer() : await runOwn()
if (result.gasUsed !== 21_000) throw new Error(`gas used: ${result.gasUsed}`)
console.log(JSON.stringify(result))
