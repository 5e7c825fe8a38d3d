/** The platform that runs this code. Browsers get load-browser.ts instead. */

import { nodePlatform } from './node.js'
import type { Platform } from './platform.js'

export function loadPlatform(): Platform {
  return nodePlatform()
}
