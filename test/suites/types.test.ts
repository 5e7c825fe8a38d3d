/** Types forbid what is refused: test/types/public.ts, compiled as a user's program would be. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
const PROJECT = fileURLToPath(new URL('../types/', import.meta.url))

it('the types refuse what nobody reads, and accept what is right', { timeout: 180_000 }, () => {
  const run = (): string => {
    try {
      return execFileSync(process.execPath, [TSC, '-p', PROJECT], { encoding: 'utf8' })
    } catch (error) {
      return (error as { stdout: string }).stdout
    }
  }
  expect(run()).toBe('')
})
