// SELFDESTRUCT (YP; EIP-150, EIP-161, EIP-2929, EIP-3529, EIP-6780; PROTOCOL 4).

import {
  ACCOUNT_CREATED_EPOCH, TRACES_FRAMES, VIEW_EXISTS, VIEW_FLAGS,
} from '../../abi/records';
import { STATUS_OUT_OF_GAS, STATUS_STATIC_VIOLATION, STATUS_SUCCESS } from '../../abi/status';
import {
  DESTROYS_ONLY_NEW, GAS_COLD_ACCOUNT, GAS_SELFDESTRUCT, GAS_SELFDESTRUCT_NEW, HAS_EMPTY_DELETION,
  HAS_WARMTH, REFUND_SELFDESTRUCT,
} from '../../forks/rules';
import { addCredit } from '../../frames/effects';
import { GAS, MEMORY, SELF, SNAPSHOT, SP, STATIC, setGas } from '../../frames/frame';
import { ACTOR, ALL_LIVE, EPOCH, TRACING, addRefund } from '../../memory/context';
import { SCRATCH, SCRATCH_EVM } from '../../memory/scratch';
import { isDestroyed, markDestroyed, touchForDeletion } from '../../state/deletion';
import {
  addBalance, clearBalance, isEmptyView, liveBalance, touchAccount, viewOf,
} from '../../state/view';
import { u256Copy, u256IsZero } from '../../u256/word';
import { accountOfWord } from '../access';
import { haltFrame, returnFrame } from '../ends';
import { traceSelfdestruct } from '../trace';

const AMOUNT: usize = SCRATCH_EVM + 416;

export function selfdestructInstruction(): void {
  if (STATIC) return haltFrame(STATUS_STATIC_VIOLATION);
  const beneficiary = accountOfWord(SP);
  const gas = GAS - price(beneficiary);
  if (gas < 0) return haltFrame(STATUS_OUT_OF_GAS);
  setGas(gas);
  if ((TRACING & TRACES_FRAMES) != 0) traceSelfdestruct(beneficiary, liveBalance(SELF));
  if (!isDestroyed(SELF)) addRefund(REFUND_SELFDESTRUCT);
  // Between actors EIP-6780 holds in every fork: others may be reading this account's snapshot.
  const goes = (!DESTROYS_ONLY_NEW && !ACTOR) ||
    load<u64>(SELF, ACCOUNT_CREATED_EPOCH) == EPOCH;
  if (beneficiary != SELF) {
    const amount = SCRATCH + AMOUNT;
    u256Copy(amount, liveBalance(SELF));
    clearBalance(SELF);
    if (ALL_LIVE) give(beneficiary, amount);
    else addCredit(beneficiary, amount);
  } else if (goes) {
    clearBalance(SELF);
  }
  if (goes) markDestroyed(SELF);
  returnFrame(STATUS_SUCCESS, MEMORY, 0);
}

function give(beneficiary: usize, amount: usize): void {
  if (u256IsZero(amount) && HAS_EMPTY_DELETION) touchForDeletion(beneficiary);
  else addBalance(beneficiary, amount);
}

function price(beneficiary: usize): i64 {
  let cost = GAS_SELFDESTRUCT;
  if (HAS_WARMTH && !touchAccount(beneficiary)) cost += GAS_COLD_ACCOUNT;
  if (GAS_SELFDESTRUCT_NEW == 0) return cost;
  const hasBalance = !u256IsZero(liveBalance(SELF));
  const view = viewOf(beneficiary, SNAPSHOT);
  const isNew = HAS_EMPTY_DELETION
    ? hasBalance && isEmptyView(view) : (load<u32>(view, VIEW_FLAGS) & VIEW_EXISTS) == 0;
  return isNew ? cost + GAS_SELFDESTRUCT_NEW : cost;
}
