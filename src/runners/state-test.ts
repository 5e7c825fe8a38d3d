/** Runs the cases of an official GeneralStateTest on a machine, and says why one fails. */

import { authoritiesOf } from '../intake/sender.js'
import { brokenRules } from '../intake/transaction-rules.js'
import type { Transaction } from '../intake/transaction.js'
import { bytesEqual, bytesToHex, hexToAddress, parseQuantity } from '../base/bytes.js'
import { chainOf } from '../forks/chain-config.js'
import { ActorEvmError } from '../base/errors.js'
import { forkNamed } from '../forks/forks.js'
import { readAlloc, type GenesisAccount } from '../state/genesis.js'
import { blockRulesOf } from '../intake/admission.js'
import type { EngineConfig, EngineParts } from '../machine/engine-parts.js'
import { asOneBlock } from '../machine/guard.js'
import { creditAccount } from '../state/credit-account.js'
import { executeBlock, type BlockRules } from '../execution/execute-block.js'
import { picking } from '../execution/picked.js'
import type { Environment } from '../intake/environment.js'
import { PreparedBlock } from '../intake/prepare-block.js'
import { PASSED, failed, type CaseVerdict } from './case-verdict.js'
import { NO_LOGS, logsHash } from './logs-hash.js'
import { judgeRefusal, showExpected } from './refusal-names.js'
import {
  testEnvironment,
  testTransaction,
  type ExpectedPost,
  type StateTest,
} from './state-test-format.js'
import { ETHEREUM, type TestMachine } from './test-machine.js'

interface Outcome {
  readonly stateRoot: Uint8Array
  readonly logs: string
  readonly refusal: ActorEvmError | undefined
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
    const parts = await machine.load(config, this.#accounts)
    const block = this.#tryToPrepare(machine, config, post)
    const isRead = !(block instanceof ActorEvmError)
    const outcome = await this.#execute(parts, isRead ? block : this.#block([]))
    const { logs, stateRoot } = outcome
    machine.onStateRoot?.(bytesToHex(stateRoot))
    const refusal = isRead ? outcome.refusal : block
    const others = isRead
      ? () => brokenRules(block.transactions[0]!, blockRulesOf(block, config))
      : undefined
    const verdict = compareRefusal(post.expectException, refusal, others)
    if (verdict.kind === 'failed') return verdict
    if (logs !== post.logs) return failed(`logs hash: expected ${post.logs}, got ${logs}`)
    const root = bytesToHex(stateRoot)
    return root === post.hash
      ? verdict
      : failed(`state root: expected ${post.hash}, got ${root}`)
  }

  /** The transaction is a block by itself, which nobody keeps. */
  async #execute(parts: EngineParts, block: PreparedBlock): Promise<Outcome> {
    const { core } = parts
    let isIncluded = false
    let outcome: Omit<Outcome, 'refusal'> | undefined
    let refusal: ActorEvmError | undefined
    const rules: BlockRules = {
      hasSystemCalls: false,
      isKept: false,
      strategy: picking({
        onIncluded: () => void (isIncluded = true),
        onRefused: (error) => void (refusal = error),
      }),
      afterTransactions: () => {
        // Older tests have no `config`, and close the block also if it stays empty
        if (!isIncluded && this.#test.config !== undefined) return
        // A block is there only as far as its reward of 0 touches the fee recipient
        creditAccount(core, this.#environment.coinbase, 0n)
      },
      judge: ({ records, stateRoot }) => {
        outcome = { stateRoot, logs: isIncluded ? logsHash(core, records) : NO_LOGS }
      },
    }
    const place = { block: this.#environment.number }
    await asOneBlock(parts, place, () => executeBlock(parts, block, {}, rules))
    return { ...outcome!, refusal }
  }

  #tryToPrepare(
    machine: TestMachine,
    config: EngineConfig,
    post: ExpectedPost,
  ): PreparedBlock | ActorEvmError {
    try {
      return this.#prepare(machine, config, post)
    } catch (error) {
      if (error instanceof ActorEvmError) return error
      throw error
    }
  }

  #prepare(machine: TestMachine, config: EngineConfig, post: ExpectedPost): PreparedBlock {
    const tx = testTransaction(this.#test, post)
    const sender = this.#sender(machine, tx)
    const { chainId, fork } = config
    return this.#block([tx], sender, authoritiesOf(machine.recovery, tx, chainId, fork))
  }

  #block(
    transactions: readonly Transaction[],
    sender?: Uint8Array,
    authorities: readonly (Uint8Array | null)[] = [],
  ): PreparedBlock {
    return new PreparedBlock({
      environment: this.#environment,
      transactions,
      senders: sender === undefined ? [] : [sender],
      authorities: [authorities],
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

function compareRefusal(
  expected: ExpectedPost['expectException'],
  refusal: ActorEvmError | undefined,
  others: (() => readonly string[]) | undefined,
): CaseVerdict {
  if (expected == null) {
    return refusal === undefined ? PASSED : failed(`valid transaction refused: ${refusal.message}`)
  }
  if (refusal === undefined) {
    return failed(`transaction accepted, expected ${showExpected(expected)}`)
  }
  return judgeRefusal(expected, refusal.reason ?? refusal.code, refusal.message, others)
}
