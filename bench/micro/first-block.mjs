// A process of its own: imports an engine, executes one block of one transfer, says how long it
// took. `own` or `peer`.
const begin = performance.now()
const SENDER = '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f'
const RECIPIENT = '0x1111111111111111111111111111111111111111'
const BALANCE = 10n ** 18n
/** One transfer of 1 wei from sender to recipient, signed with the key 0x4646…46. */
const RAW =
  '0xf85f800a825208941111111111111111111111111111111111111111018025a0afabbf3136b45ef626' +
  'b06106124ab77c16b5ed587f237ecceed8370a79cac2eba073aff2894e653b5444f7eec9c7feb3d133' +
  'b4e1923f19b1f584861a43daf300bc'
const ENV = { number: 1, timestamp: 1_800_000_000, gasLimit: 30_000_000, baseFeePerGas: 7 }

async function runOwn() {
  const { createEngine } = await import('actor-evm')
  const importMs = performance.now() - begin
  const engine = await createEngine({ semantics: 'actor', workers: 1 })
  await engine.loadGenesis({ [SENDER]: { balance: BALANCE } })
  const env = { ...ENV, coinbase: RECIPIENT }
  const { gasUsed } = await engine.executeBlock({ env, transactions: [RAW] })
  return { importMs, gasUsed, totalMs: performance.now() - begin }
}

async function runPeer() {
  const [{ createVM, runTx }, { createBlock }, { createTxFromRLP }, { createAccount, ...util }] =
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
  const tx = createTxFromRLP(util.hexToBytes(RAW), { common })
  const { totalGasSpent } = await runTx(vm, { tx, block })
  await vm.stateManager.getStateRoot()
  return { importMs, gasUsed: Number(totalGasSpent), totalMs: performance.now() - begin }
}

const result = process.argv[2] === 'peer' ? await runPeer() : await runOwn()
if (result.gasUsed !== 21_000) throw new Error(`gas used: ${result.gasUsed}`)
console.log(JSON.stringify(result))
