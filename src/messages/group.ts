/**
 * Groups the messages of a round by recipient (PROTOCOL 2). Which messages form a group, and their
 * order in it, is consensus. Which group is placed first is not: no result depends on it.
 */

import { numberRecipients } from './recipients.js'

/** The groups of one round, in placement order: longest first by gas. */
export interface Groups {
  readonly count: number
  /** Per group: recipient's handle, index of its first member, number of members, gas. */
  readonly recipients: Uint32Array
  readonly first: Uint32Array
  readonly size: Uint32Array
  readonly gas: Float64Array
  /** Indexes of messages, group by group, each group's in the order of the round. */
  readonly members: Uint32Array
}

/**
 * @param handles recipient of each message, in the order of the round
 * @param gas gas of each message, the estimate of its work
 */
export function groupByRecipient(handles: Uint32Array, gas: Float64Array): Groups {
  if (handles.length === 1) return groupOfOne(handles, gas)
  const { numberOf, distinct } = numberRecipients(handles)
  const count = distinct.length
  const sizes = new Uint32Array(count)
  const weights = new Float64Array(count)
  for (let i = 0; i < numberOf.length; i++) {
    const number = numberOf[i]!
    sizes[number]!++
    weights[number]! += gas[i]!
  }
  const placement = placeLongestFirst(weights)
  const groups: Groups = {
    count,
    recipients: new Uint32Array(count),
    first: new Uint32Array(count),
    size: new Uint32Array(count),
    gas: new Float64Array(count),
    members: new Uint32Array(numberOf.length),
  }
  // Loops, since `map` and `from` cost ten times as much for the few groups of most rounds
  for (let place = 0; place < count; place++) {
    const number = placement[place]!
    groups.recipients[place] = distinct[number]!
    groups.size[place] = sizes[number]!
    groups.gas[place] = weights[number]!
  }
  fillMembers(groups, numberOf, placement)
  return groups
}

const ZERO = Uint32Array.of(0)
const ONE = Uint32Array.of(1)

/** Of one message: most rounds of a long tree. */
function groupOfOne(recipients: Uint32Array, gas: Float64Array): Groups {
  return { count: 1, recipients, first: ZERO, size: ONE, gas, members: ZERO }
}

/** Counting sort: every message into the next free place of its group. */
function fillMembers(groups: Groups, numberOf: Uint32Array, placement: Uint32Array): void {
  const next = new Uint32Array(groups.count)
  for (let at = 0, place = 0; place < groups.count; place++) {
    groups.first[place] = at
    next[placement[place]!] = at
    at += groups.size[place]!
  }
  for (let i = 0; i < numberOf.length; i++) groups.members[next[numberOf[i]!]!++] = i
}

/**
 * Longest processing time first: what remains at the end is short, so no worker is left alone with
 * a long group. Groups of equal weight stay in order of first appearance.
 */
function placeLongestFirst(weights: Float64Array): Uint32Array {
  const placement = new Uint32Array(weights.length)
  let isSorted = true
  for (let i = 0; i < placement.length; i++) {
    placement[i] = i
    if (i > 0 && weights[i]! > weights[i - 1]!) isSorted = false
  }
  return isSorted ? placement : placement.sort((a, b) => weights[b]! - weights[a]! || a - b)
}
