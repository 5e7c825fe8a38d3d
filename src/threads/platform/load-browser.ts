/** The platform that runs this code, in place of load.ts: a page or a worker of one. */

import { browserPlatform } from './browser.js'
import type { Platform } from './platform.js'

export function loadPlatform(): Platform {
  return browserPlatform()
}
