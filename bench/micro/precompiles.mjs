// What a gas of each precompile takes in its worst known inputs: a contract calls it again and
// again. CPU time of one worker, since the goal is one, and machines are busy; time and gas of the
// calls themselves are inside.
import { quantity } from '../../examples/market/abi.mjs'
import { assemble } from '../lib/bytecode.mjs'
import { expectEqual, goingOn } from '../lib/engines.mjs'
import { summarize } from '../lib/measure.mjs'
import { worstInputs } from '../lib/precompile-inputs.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'

const TX_GAS = 2 ** 24
/** Of one run: some 0.1 s. */
const RUN_GAS = 3_000_000
const RUNS = 7
const SENDER = addressOf(1)
const CALLER = addressOf(2)
const INPUT = addressOf(3)

export const precompiles = {
  name: 'precompiles',
  title: 'precompiles in their worst known inputs',

  async run({ smoke }) {
    const rows = []
    for (const it of worstInputs()) rows.push(await measure(it, smoke ? 1 : RUNS))
    return { rows, text: render(rows) }
  },
}

/** As many calls as the first word of the data says; that one fails is told by the status. */
function caller({ number: to, input }) {
  return assemble(`${input.length} 0 0 ${INPUT} EXTCODECOPY 0 CALLDATALOAD
    loop: 0 0 ${input.length} 0 ${to} GAS STATICCALL ISZERO @failed JUMPI
    1 SWAP1 SUB DUP1 @loop JUMPI STOP failed: INVALID`)
}

function workload(it, calls) {
  const data = `0x${calls.toString(16).padStart(64, '0')}`
  const call = { from: SENDER, to: CALLER, gas: TX_GAS, data }
  const code = `0x${Buffer.from(it.input).toString('hex')}`
  const alloc = {
    [SENDER]: { balance: quantity(10n ** 24n) },
    [CALLER]: { nonce: '0x1', code: caller(it) },
    [INPUT]: { nonce: '0x1', code },
  }
  return { alloc, ...unsignedBlock([call], TX_GAS) }
}

async function measure(it, runs) {
  const options = { semantics: 'ethereum', workers: 1, fork: it.fork }
  const execute = async (calls, times) => {
    const engine = await goingOn(options, workload(it, calls))
    const samples = []
    let gasUsed = 0
    try {
      // The first one loads what computes it, the second one warms it up
      for (let run = -2; run < times; run++) {
        const { user } = process.cpuUsage()
        const result = await engine.execute()
        if (run >= 0) samples.push(process.cpuUsage().user - user)
        expectEqual(`status of ${it.name}`, result.receipts[0].status, 1)
        gasUsed = result.gasUsed
      }
    } finally {
      await engine.dispose()
    }
    return { gasUsed, us: samples.length === 0 ? 0 : summarize(samples).median }
  }
  const [one, two] = [await execute(1, 0), await execute(2, 0)]
  const gas = two.gasUsed - one.gasUsed
  const calls = Math.max(1, Math.floor(RUN_GAS / gas))
  const { gasUsed, us } = await execute(calls, runs)
  const { name, fork } = it
  return { name, fork, gas, us: us / calls, nsPerGas: (us * 1e3) / gasUsed }
}

function render(rows) {
  return table([
    ['precompile', 'prices of', 'gas of a call', 'µs', 'ns a gas'],
    ...rows.map((row) => [
      row.name, row.fork, number(row.gas, 0), number(row.us, 2), number(row.nsPerGas, 1),
    ]),
  ])
}
