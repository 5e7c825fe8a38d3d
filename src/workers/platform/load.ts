/** The platform that runs this code. */

import { isNode } from './is-node.js'
import type { Platform } from './platform.js'

export async function loadPlatform(): Promise<Platform> {
  if (isNode()) return (await import('./node.js')).nodePlatform()
  return (await import('./browser.js')).browserPlatform()
}
