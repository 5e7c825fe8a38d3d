/** Which blocks have logs of an address, or with a topic: so that a query reads no others. */

import type { Hex } from '../base/types.js'
import type { KeptBlock } from './kept-block.js'
import type { LedgerLog, LogQuery } from './types.js'

type Keys = readonly Hex[]

export class LogIndex {
  /** By address, and by place and value of a topic: numbers of blocks, ascending. */
  readonly #blocks = new Map<string, bigint[]>()
  /** Blocks that have any log. */
  readonly #all: bigint[] = []

  add(block: KeptBlock): void {
    const { logs, number } = block
    if (logs.length === 0) return
    this.#all.push(number)
    for (const key of keysOfLogs(logs)) {
      const list = this.#blocks.get(key)
      if (list === undefined) this.#blocks.set(key, [number])
      else list.push(number)
    }
  }

  /** The newest block is no more. */
  removeNewest(block: KeptBlock): void {
    this.#remove(block, (list) => void list.pop())
  }

  removeOldest(block: KeptBlock): void {
    this.#remove(block, (list) => void list.shift())
  }

  #remove({ logs }: KeptBlock, take: (list: bigint[]) => void): void {
    if (logs.length === 0) return
    take(this.#all)
    for (const key of keysOfLogs(logs)) {
      const list = this.#blocks.get(key)!
      take(list)
      if (list.length === 0) this.#blocks.delete(key)
    }
  }

  /** Numbers of blocks that may have such logs, ascending. */
  candidates(query: LogQuery): bigint[] {
    const { addresses = [], topics = [] } = query
    const parts: string[][] = []
    if (addresses.length > 0) parts.push(addresses.map((it) => it.toLowerCase()))
    topics.forEach((topic, place) => {
      const values = topicValues(topic)
      if (values.length > 0) parts.push(values.map((it) => topicKey(place, it)))
    })
    const lists = parts.map((keys) => this.#joined(keys))
    if (lists.length === 0) return within(this.#all, query)
    lists.sort((a, b) => a.length - b.length)
    const [first, ...others] = lists.map((list) => within(list, query))
    const sets = others.map((list) => new Set(list))
    return first!.filter((number) => sets.every((set) => set.has(number)))
  }

  #joined(keys: readonly string[]): bigint[] {
    const lists = [...new Set(keys)].flatMap((key) => this.#blocks.get(key) ?? [])
    if (keys.length < 2) return lists
    return [...new Set(lists)].sort((a, b) => (a < b ? -1 : 1))
  }
}

/** Whether a log is one of those that a query asks for. */
export function matches(
  log: { readonly address: Hex; readonly topics: readonly Hex[] },
  { addresses = [], topics = [] }: Pick<LogQuery, 'addresses' | 'topics'>,
): boolean {
  if (addresses.length > 0 && !addresses.some((it) => it.toLowerCase() === log.address)) {
    return false
  }
  if (topics.length > log.topics.length) return false
  return topics.every((topic, place) => {
    const values = topicValues(topic)
    return values.length === 0 || values.some((it) => it.toLowerCase() === log.topics[place])
  })
}

/** None: any. */
function topicValues(topic: Hex | Keys | null): Keys {
  if (topic === null) return []
  return typeof topic === 'string' ? [topic] : topic
}

function topicKey(place: number, topic: string): string {
  return `${place}${topic.toLowerCase()}`
}

function keysOfLogs(logs: readonly LedgerLog[]): Set<string> {
  const keys = new Set<string>()
  for (const { address, topics } of logs) {
    keys.add(address)
    topics.forEach((topic, place) => keys.add(topicKey(place, topic)))
  }
  return keys
}

/** The part of an ascending list that lies in the query's range. */
function within(list: readonly bigint[], { from, to }: LogQuery): bigint[] {
  return list.slice(firstFrom(list, from), firstFrom(list, to + 1n))
}

/** Place of the first number that is at least this. */
function firstFrom(list: readonly bigint[], number: bigint): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]! < number) low = middle + 1
    else high = middle
  }
  return low
}
