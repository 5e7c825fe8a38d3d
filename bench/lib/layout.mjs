// The few numbers of the core's memory that benches tell of, read from the sources.
import { readFileSync } from 'node:fs'

function constantsOf(file) {
  const source = readFileSync(new URL(`../../assembly/abi/${file}`, import.meta.url), 'utf8')
  return Object.fromEntries(
    [...source.matchAll(/^export const (\w+) = (\d+);$/gm)].map(([, name, value]) => [
      name,
      Number(value),
    ]),
  )
}

export const { ARENA_SIZE, HEAP_TOP } = constantsOf('memory-map.ts')
export const { ACCOUNT_SIZE, SLOT_SIZE } = constantsOf('records.ts')
