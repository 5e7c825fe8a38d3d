// SLOAD, SSTORE, TLOAD, TSTORE. Each returns the gas it costs (GAS_INFINITE where it cannot be
// paid); the instruction table's static price of SLOAD and SSTORE is 0, that of TLOAD and TSTORE
// 100.

import { SLOT_VALUE } from '../../abi/records';
import {
  GAS_COLD_SLOT, GAS_SSTORE_RESET, GAS_SSTORE_SET, GAS_WARM_SLOT, HAS_NET_METERING, HAS_WARMTH,
  LEAST_GAS_SSTORE, REFUND_SSTORE_CLEAR,
} from '../../forks/rules';
import { SELF, SNAPSHOT } from '../../frames/frame';
import { EPOCH, TRACING, WATCHING, addRefund } from '../../memory/context';
import { watchSlot } from '../../partial/watch';
import { JOURNAL_TABLE_VALUE, journalWord } from '../../state/journal';
import {
  originalOf, slotAt, snapshotSlotValue, snapshotValue, touchSlot, writeSlot,
} from '../../state/storage';
import { isOwned, touchInTable, transientTable } from '../../state/view';
import { RECORD_VALUE, tableAt, tableFind } from '../../tables/epoch-table';
import { u256Copy, u256Eq, u256IsZero, u256SetU64 } from '../../u256/word';
import { GAS_INFINITE } from '../memory';
import { noteSentry } from '../trace';

/** Key at `sp`, replaced by the value; it stays if that cannot be paid. */
export function sload(sp: usize, gasLeft: i64): i64 {
  const owned = isOwned(SELF);
  const slot: usize = owned ? slotAt(SELF, sp) : 0;
  const cost = loadCost(owned ? touchSlot(SELF, slot) : touchInTable(<u32>SELF, sp));
  if (cost > gasLeft) return cost;
  if (!owned) {
    snapshotValue(sp, SELF, sp);
    return cost;
  }
  if (WATCHING != 0) watchSlot(SELF, slot);
  if (SNAPSHOT) snapshotSlotValue(sp, slot);
  else u256Copy(sp, slot + SLOT_VALUE);
  return cost;
}

@inline
function loadCost(warm: bool): i64 {
  return warm ? GAS_WARM_SLOT : GAS_COLD_SLOT;
}

/** Key at `sp`, value at `sp + 32`; `gasLeft` is exact. Nothing changes if it cannot be paid. */
export function sstore(sp: usize, gasLeft: i64): i64 {
  // EIP-2200: it needs more than a stipend
  if (gasLeft < LEAST_GAS_SSTORE) {
    if (TRACING != 0) noteSentry();
    return GAS_INFINITE;
  }
  const slot = slotAt(SELF, sp);
  if (WATCHING != 0) watchSlot(SELF, slot);
  const warm = touchSlot(SELF, slot);
  const next = sp + 32;
  const value = slot + SLOT_VALUE;
  let cost = HAS_NET_METERING ? netCost(slot, next, warm) : grossCost(value, next);
  if (cost > gasLeft) return GAS_INFINITE;
  if (HAS_NET_METERING) netRefund(slot, next);
  else if (!u256IsZero(value) && u256IsZero(next)) addRefund(REFUND_SSTORE_CLEAR);
  if (!u256Eq(value, next)) writeSlot(SELF, slot, next);
  return cost;
}

function grossCost(value: usize, next: usize): i64 {
  return u256IsZero(value) && !u256IsZero(next) ? GAS_SSTORE_SET : GAS_SSTORE_RESET;
}

/** What changes no state costs as much as a load of a warm slot. */
function netCost(slot: usize, next: usize, warm: bool): i64 {
  const access: i64 = HAS_WARMTH && !warm ? GAS_COLD_SLOT : 0;
  const value = slot + SLOT_VALUE;
  const original = originalOf(slot);
  if (u256Eq(value, next) || !u256Eq(original, value)) return access + GAS_WARM_SLOT;
  if (u256IsZero(original)) return access + GAS_SSTORE_SET;
  return access + GAS_SSTORE_RESET;
}

/** EIP-2200's refunds. */
function netRefund(slot: usize, next: usize): void {
  const value = slot + SLOT_VALUE;
  const original = originalOf(slot);
  if (u256Eq(value, next)) return;
  if (u256Eq(original, value)) {
    if (!u256IsZero(original) && u256IsZero(next)) addRefund(REFUND_SSTORE_CLEAR);
    return;
  }
  if (!u256IsZero(original)) {
    if (u256IsZero(value)) addRefund(-REFUND_SSTORE_CLEAR);
    else if (u256IsZero(next)) addRefund(REFUND_SSTORE_CLEAR);
  }
  if (u256Eq(original, next)) {
    addRefund((u256IsZero(original) ? GAS_SSTORE_SET : GAS_SSTORE_RESET) - GAS_WARM_SLOT);
  }
}

/** Key at `sp`, replaced by the value. Transient storage is empty in the snapshot. */
export function tload(sp: usize): void {
  const record: usize = SNAPSHOT ? 0 : tableFind(transientTable(), EPOCH, <u32>SELF, sp);
  if (record == 0) u256SetU64(sp, 0);
  else u256Copy(sp, record + RECORD_VALUE);
}

/** Key at `sp`, value at `sp + 32`. */
export function tstore(sp: usize): void {
  const record = tableAt(transientTable(), EPOCH, <u32>SELF, sp);
  journalWord(JOURNAL_TABLE_VALUE, record, record + RECORD_VALUE);
  u256Copy(record + RECORD_VALUE, sp + 32);
}
