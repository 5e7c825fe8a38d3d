/** Runs the cases of an official GeneralStateTest on a machine, and says why one fails. */

import { ENV_COINBASE } from '../../assembly/abi/memory-map.js'
import { ADMITTED } from '../../assembly/abi/status.js'
import { authoritiesOf } from '../intake/sender.js'
import { brokenRules } from '../intake/transaction-rules.js'
import type { Transaction } from '../intake/transaction.js'
import { bytesEqual, bytesToHex, hexToAddress, parseQuantity } from '../base/bytes.js'
import { chainOf } from '../forks/chain-config.js'
import { ActorEvmError } from '../base/errors.js'
import { forkNamed } from '../forks/forks.js'
import { readAlloc, type GenesisAccount } from '../state/genesis.js'
import { rejection, rulesOf } from '../intake/admission.js'
import { executeAlone } from '../execution/in-order.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import type { Environment } from '../intake/environment.js'
import { judgeInOrder } from '../execution/judge-in-order.js'
import { writeTransactions } from '../intake/transaction-records.js'
import { PreparedBlock } from '../intake/prepare-block.js'
import { PASSED, failed, type CaseVerdict } from './case-verdict.js'
import { NO_LOGS, logsHash } from './logs-hash.js'
import { judgeRefusal, showWish } from './refusal-names.js'
import {
  testEnvironment,
  testTransaction,
  type ExpectedPost,
  type StateTest,
} from './state-test-format.js'
import { ETHEREUM, type TestMachine } from './test-machine.js'

interface Outcome {
  readonly record?: number
  readonly refusal?: ActorEvmError
  /** The rules without state that the transaction breaks. */
  readonly others?: (() => readonly string[]) | undefined
}

/** A state test whose common parts are read: the cases of all its forks share them. */
export class LoadedStateTest {
  readonly #test: StateTest
  readonly #environment: Environment
  readonly #accounts: readonly GenesisAccount[]
  readonly #chainId: bigint

  /** @throws InvalidInputError */
  constructor(test: StateTest) {
    this.#test = test
    this.#environment = testEnvironment(test.env)
    this.#accounts = readAlloc(test.pre)
    this.#chainId = parseQuantity(test.config?.chainid ?? 1, 'config.chainid')
  }

  async run(machine: TestMachine, forkName: string, post: ExpectedPost): Promise<CaseVerdict> {
    const fork = forkNamed(forkName)
    const chainId = this.#chainId
    const config: EngineConfig = { ...ETHEREUM, chain: chainOf(fork, chainId), fork, chainId }
    machine.begin(config, this.#environment, this.#accounts)
    const { others, record, refusal } = await this.#execute(machine, config, post)
    // Tests of the older generation have no `config`, and close the block also if it stays empty
    if (record !== undefined || this.#test.config === undefined) rewardWithNothing(machine)
    machine.tellStateRoot()
    const verdict = compareRefusal(post.expectException, refusal, others)
    if (verdict.kind === 'failed') return verdict
    const logs = record === undefined ? NO_LOGS : logsHash(machine.core, Uint32Array.of(record))
    if (logs !== post.logs) return failed(`logs hash: expected ${post.logs}, got ${logs}`)
    const root = bytesToHex(machine.stateRoot())
    return root === post.hash
      ? verdict
      : failed(`state root: expected ${post.hash}, got ${root}`)
  }

  /** The record of the transaction if it was executed, else why it was refused. */
  async #execute(
    machine: TestMachine,
    config: EngineConfig,
    post: ExpectedPost,
  ): Promise<Outcome> {
    const { core } = machine
    let others: Outcome['others']
    try {
      const block = this.#prepare(machine, config, post)
      others = () => brokenRules(block.transactions[0]!, rulesOf(block, config))
      const judged = judgeInOrder(block, config)
      const [record] = writeTransactions(core, block, judged)
      machine.tracer?.beginTransaction(record!)
      const verdict = await executeAlone(core, record!, machine.pulse)
      if (verdict !== ADMITTED) {
        throw rejection(core, block, config, record!, 0, verdict, judged.refusals)
      }
      machine.tracer?.endTransaction()
      return { record: record! }
    } catch (error) {
      if (error instanceof ActorEvmError) return { refusal: error, others }
      throw error
    }
  }

  #prepare(machine: TestMachine, config: EngineConfig, post: ExpectedPost): PreparedBlock {
    const tx = testTransaction(this.#test, post)
    return new PreparedBlock({
      environment: this.#environment,
      transactions: [tx],
      senders: [this.#sender(machine, tx)],
      authorities: [authoritiesOf(machine.recovery, tx, config.chainId, config.fork.revision)],
      withdrawals: [],
      timing: { decode: 0, senders: 0 },
    })
  }

  #sender({ recovery }: TestMachine, tx: Transaction): Uint8Array {
    const stated = hexToAddress(this.#test.transaction.sender, 'sender')
    const sender = recovery.recoverSender(tx)
    if (bytesEqual(sender, stated)) return sender
    throw new Error(`sender: expected ${bytesToHex(stated)}, got ${bytesToHex(sender)}`)
  }
}

/** A block is there in these tests only as far as its reward of 0 touches the fee recipient. */
function rewardWithNothing({ core }: TestMachine): void {
  const { exchange, exports, memory } = core
  memory.writeWord(exchange, 0n)
  exports.creditAccount(ENV_COINBASE, exchange)
  memory.refresh()
}

function compareRefusal(
  expected: ExpectedPost['expectException'],
  refusal: ActorEvmError | undefined,
  others: Outcome['others'],
): CaseVerdict {
  if (expected == null) {
    return refusal === undefined ? PASSED : failed(`valid transaction refused: ${refusal.message}`)
  }
  if (refusal === undefined) return failed(`transaction accepted, expected ${showWish(expected)}`)
  return judgeRefusal(expected, refusal.reason ?? refusal.code, refusal.message, others)
}
