// Which messages of a round form a group, and the order in a group, is consensus (PROTOCOL 2): all
// that one recipient gets, in order of delivery. Which group is placed first is not: longest first,
// so that what remains at the end is short and no worker is left alone with a long group.

import {
  GROUPS, JOB, JOB_GROUPS, LAST_GROUP, LAST_ROUND, NEXT_PIECE, PIECE_COUNT, ROUND_GAIN,
  ROUND_MESSAGES, TRACE,
} from '../abi/memory-map';
import {
  ACCOUNT_NEXT, GROUP_ACCOUNT, GROUP_FIRST, GROUP_MESSAGE_COUNT, GROUP_NUMBER, GROUP_PLACE,
  GROUP_SIZE, MESSAGE_GAS, MESSAGE_KIND, MESSAGE_KIND_CREDIT, MESSAGE_TO_ACCOUNT,
  ROUND_GAS_OFFERED,
} from '../abi/records';
import { allocateForBlock } from '../memory/heap';
import { sortPointers } from './sort-pointers';

@inline
function messageAt(messages: usize, i: u32): usize {
  return load<u32>(messages + (<usize>i << 2));
}

/**
 * Makes the round's groups ready to be claimed, and returns how many there are.
 * @param messages u32 pointers in order of delivery, classified
 * @param runs stretches of messages that run code, each to one recipient: at least one a group
 * @param isOrdered each recipient has one stretch, as in a virtual block
 */
export function groupMessages(messages: usize, count: u32, runs: u32, isOrdered: bool): u32 {
  const groups = allocateForBlock(runs * GROUP_SIZE);
  let grouped = messages;
  let total = runs;
  if (isOrdered) {
    listStretches(messages, count, groups);
  } else {
    total = countMembers(messages, count, groups);
    grouped = gatherMembers(messages, count, groups, total);
  }
  const placed = allocateForBlock(total << 2);
  const number = load<u32>(LAST_GROUP) + 1;
  store<u32>(LAST_GROUP, load<u32>(LAST_GROUP) + total);
  for (let i: u32 = 0; i < total; i++) {
    const group = groups + i * GROUP_SIZE;
    store<u32>(group, number + i, GROUP_NUMBER);
    store<u32>(placed + (<usize>i << 2), <u32>group);
  }
  // A trace has them in order of delivery: then nobody else has a share
  if (load<u32>(TRACE) == 0) sortPointers(placed, total, GROUP_PLACE);
  store<u32>(GROUPS, <u32>placed);
  store<u32>(ROUND_MESSAGES, <u32>grouped);
  store<u32>(JOB, JOB_GROUPS);
  store<u32>(PIECE_COUNT, total);
  store<u32>(NEXT_PIECE, 0);
  return total;
}

/** What delivering a message takes beside its gas, about, in the time of gas. Known to the host,
 * too (rounds/round-log.ts). */
const GAS_PER_MESSAGE: f64 = 1000;

/** Gas of the messages of a group that has not been run. */
@inline
function gasOf(group: usize): f64 {
  return <f64>(u64.MAX_VALUE - load<u64>(group, GROUP_PLACE));
}

/**
 * What all workers would save of the round that begins, as far as one can tell from its messages'
 * gas: work beside the longest group, and beside one worker's share of all. Decides who runs the
 * round, never what comes of it.
 * @param gasShare what part of their gas messages use, as a rule
 */
export function gainOfSharing(groups: u32, gasShare: f64, workers: u32): f64 {
  const placed = <usize>load<u32>(GROUPS);
  let all: f64 = 0;
  let longest: f64 = 0;
  let gas: f64 = 0;
  for (let i: u32 = 0; i < groups; i++) {
    const group = <usize>load<u32>(placed + (<usize>i << 2));
    const offered = gasOf(group);
    const work = offered * gasShare + GAS_PER_MESSAGE * <f64>load<u32>(group, GROUP_MESSAGE_COUNT);
    gas += offered;
    all += work;
    longest = max(longest, work);
  }
  store<f64>(<usize>load<u32>(LAST_ROUND), gas, ROUND_GAS_OFFERED);
  const gain = min(all - longest, all - all / <f64>workers);
  store<f64>(ROUND_GAIN, gain);
  return gain;
}

function beginGroup(group: usize, account: u32, first: u32): void {
  store<u32>(group, account, GROUP_ACCOUNT);
  store<u32>(group, first, GROUP_FIRST);
  store<u32>(group, 0, GROUP_MESSAGE_COUNT);
  store<u64>(group, u64.MAX_VALUE, GROUP_PLACE);
}

function addMember(group: usize, message: usize): void {
  store<u32>(group, load<u32>(group, GROUP_MESSAGE_COUNT) + 1, GROUP_MESSAGE_COUNT);
  store<u64>(group, load<u64>(group, GROUP_PLACE) - load<u64>(message, MESSAGE_GAS), GROUP_PLACE);
}

/** A virtual block has the messages of each recipient together. */
function listStretches(messages: usize, count: u32, groups: usize): void {
  let group = groups - GROUP_SIZE;
  let recipient: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const message = messageAt(messages, i);
    if (load<u32>(message, MESSAGE_KIND) == MESSAGE_KIND_CREDIT) continue;
    const to = load<u32>(message, MESSAGE_TO_ACCOUNT);
    if (to != recipient) {
      recipient = to;
      group += GROUP_SIZE;
      beginGroup(group, to, i);
    }
    addMember(group, message);
  }
}

/** The account's group, if the number in its record is that of one of the first `total` that names
 * the account (Briggs, Torczon 1993): so nothing has to be cleared before. */
@inline
function groupOf(groups: usize, total: u32, account: u32): usize {
  const number = load<u32>(account, ACCOUNT_NEXT);
  const group = groups + number * GROUP_SIZE;
  return number < total && load<u32>(group, GROUP_ACCOUNT) == account ? group : 0;
}

/** Groups in order of first appearance, their sizes and weights; returns their number. */
function countMembers(messages: usize, count: u32, groups: usize): u32 {
  let total: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const message = messageAt(messages, i);
    if (load<u32>(message, MESSAGE_KIND) == MESSAGE_KIND_CREDIT) continue;
    const to = load<u32>(message, MESSAGE_TO_ACCOUNT);
    let group = groupOf(groups, total, to);
    if (group == 0) {
      store<u32>(to, total, ACCOUNT_NEXT);
      group = groups + total++ * GROUP_SIZE;
      beginGroup(group, to, 0);
    }
    addMember(group, message);
  }
  return total;
}

/** The messages group by group, each group's in order of delivery: a counting sort. */
function gatherMembers(messages: usize, count: u32, groups: usize, total: u32): usize {
  let members: u32 = 0;
  for (let i: u32 = 0; i < total; i++) {
    const group = groups + i * GROUP_SIZE;
    members += load<u32>(group, GROUP_MESSAGE_COUNT);
    // Where its last one ends: filled from there down.
    store<u32>(group, members, GROUP_FIRST);
  }
  const grouped = allocateForBlock(members << 2);
  for (let i = count; i > 0; i--) {
    const message = messageAt(messages, i - 1);
    if (load<u32>(message, MESSAGE_KIND) == MESSAGE_KIND_CREDIT) continue;
    const group = groupOf(groups, total, load<u32>(message, MESSAGE_TO_ACCOUNT));
    const first = load<u32>(group, GROUP_FIRST) - 1;
    store<u32>(group, first, GROUP_FIRST);
    store<u32>(grouped + (<usize>first << 2), <u32>message);
  }
  return grouped;
}
