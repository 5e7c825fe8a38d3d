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
  const { numberOf, distinct } = numberRecipients(handles)
  const sizes = new Uint32Array(distinct.length)
  const weights = new Float64Array(distinct.length)
  for (let i = 0; i < numberOf.length; i++) {
    const number = numberOf[i]!
    sizes[number]!++
    weights[number]! += gas[i]!
  }
  const placement = placeLongestFirst(weights)
  const groups: Groups = {
    count: distinct.length,
    recipients: placement.map((number) => distinct[number]!),
    first: new Uint32Array(distinct.length),
    size: placement.map((number) => sizes[number]!),
    gas: Float64Array.from(placement, (number) => weights[number]!),
    members: new Uint32Array(numberOf.length),
  }
  fillMembers(groups, numberOf, placement)
  return groups
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
  for (let i = 0; i < placement.length; i++) placement[i] = i
  return placement.sort((a, b) => weights[b]! - weights[a]! || a - b)
}
