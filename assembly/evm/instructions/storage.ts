// SLOAD, SSTORE, TLOAD, TSTORE. Each returns the gas it costs (GAS_INFINITE where it cannot be
// paid); the instruction table's static price of SLOAD and SSTORE is 0, that of TLOAD and TSTORE
// 100.

import { SLOT_VALUE } from '../../abi/records';
import {
  REVISION_BERLIN, REVISION_CONSTANTINOPLE, REVISION_ISTANBUL, REVISION_LONDON, REVISION_TANGERINE,
} from '../../abi/revision';
import { CALL_STIPEND } from '../../abi/rules';
import { SELF, SNAPSHOT } from '../../frames/frame';
import { EPOCH, REV, WATCHING, addRefund } from '../../memory/context';
import { watchSlot } from '../../partial/watch';
import { JOURNAL_TABLE_VALUE, journalWord } from '../../state/journal';
import {
  originalOf, slotAt, snapshotSlotValue, snapshotValue, touchSlot, writeSlot,
} from '../../state/storage';
import { isOwned, touchInTable, transientTable } from '../../state/view';
import { RECORD_VALUE, tableAt, tableFind } from '../../tables/epoch-table';
import { u256Copy, u256Eq, u256IsZero, u256SetU64 } from '../../u256/word';
import { GAS_WARM } from '../access';
import { GAS_INFINITE } from '../memory';

const GAS_COLD_SLOT: i64 = 2100;
const GAS_SET: i64 = 20000;
const GAS_RESET: i64 = 5000;

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
  if (REV >= REVISION_BERLIN) return warm ? GAS_WARM : GAS_COLD_SLOT;
  if (REV >= REVISION_ISTANBUL) return 800;
  return REV >= REVISION_TANGERINE ? 200 : 50;
}

/** Key at `sp`, value at `sp + 32`; `gasLeft` is exact. Nothing changes if it cannot be paid. */
export function sstore(sp: usize, gasLeft: i64): i64 {
  // EIP-2200: it needs more than a stipend
  if (REV >= REVISION_ISTANBUL && gasLeft <= CALL_STIPEND) return GAS_INFINITE;
  const slot = slotAt(SELF, sp);
  if (WATCHING != 0) watchSlot(SELF, slot);
  const warm = touchSlot(SELF, slot);
  const next = sp + 32;
  const value = slot + SLOT_VALUE;
  let cost = isNetMetered() ? netCost(slot, next, warm) : grossCost(value, next);
  if (cost > gasLeft) return GAS_INFINITE;
  if (isNetMetered()) netRefund(slot, next);
  else if (!u256IsZero(value) && u256IsZero(next)) addRefund(15000);
  if (!u256Eq(value, next)) writeSlot(SELF, slot, next);
  return cost;
}

/** EIP-1283 (Constantinople, taken back in Petersburg) and EIP-2200 (Istanbul). */
@inline
function isNetMetered(): bool {
  return REV >= REVISION_ISTANBUL || REV == REVISION_CONSTANTINOPLE;
}

function grossCost(value: usize, next: usize): i64 {
  return u256IsZero(value) && !u256IsZero(next) ? GAS_SET : GAS_RESET;
}

/** Price of a load of a warm slot, which net metering charges for everything that changes no
 * state. */
@inline
function dirtyCost(): i64 {
  return REV >= REVISION_BERLIN ? GAS_WARM : REV >= REVISION_ISTANBUL ? 800 : 200;
}

function netCost(slot: usize, next: usize, warm: bool): i64 {
  const access: i64 = REV >= REVISION_BERLIN && !warm ? GAS_COLD_SLOT : 0;
  const value = slot + SLOT_VALUE;
  const original = originalOf(slot);
  if (u256Eq(value, next) || !u256Eq(original, value)) return access + dirtyCost();
  if (u256IsZero(original)) return access + GAS_SET;
  return access + (REV >= REVISION_BERLIN ? GAS_RESET - GAS_COLD_SLOT : GAS_RESET);
}

/** EIP-2200's refunds, with EIP-3529's amount from London on. */
function netRefund(slot: usize, next: usize): void {
  const value = slot + SLOT_VALUE;
  const original = originalOf(slot);
  if (u256Eq(value, next)) return;
  const clears: i64 = REV >= REVISION_LONDON ? 4800 : 15000;
  if (u256Eq(original, value)) {
    if (!u256IsZero(original) && u256IsZero(next)) addRefund(clears);
    return;
  }
  if (!u256IsZero(original)) {
    if (u256IsZero(value)) addRefund(-clears);
    else if (u256IsZero(next)) addRefund(clears);
  }
  if (u256Eq(original, next)) {
    const reset = REV >= REVISION_BERLIN ? GAS_RESET - GAS_COLD_SLOT : GAS_RESET;
    addRefund((u256IsZero(original) ? GAS_SET : reset) - dirtyCost());
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
