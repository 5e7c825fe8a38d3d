/** The environment of a random scenario as an engine takes it: withdrawals stand beside it. */
import type { BlockEnvironment } from 'actor-evm'

export function blockEnv({ withdrawals: _, ...env }: { withdrawals?: unknown }): BlockEnvironment {
  return env as BlockEnvironment
}
