/**
 * Tools of which one test each has need. Together they are 280 MB, so they are no development
 * dependencies: the first run installs them into build/, where npm reaches a registry; where it
 * does not, their tests are skipped and say why.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { ROOT, npm } from './installed.js'

const INSTALL_TIMEOUT_MS = 240_000
const OPTIONS = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0']

/** Where a package of this version is. Skips the test where it cannot be installed. */
export function installOnDemand(context: TestContext, name: string, version: string): string {
  const folder = join(ROOT, 'build/on-demand', `${name.replaceAll('/', '-')}-${version}`)
  const done = join(folder, 'done')
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    const { status, stderr } = npm(['install', ...OPTIONS, `${name}@${version}`], {
      cwd: folder,
      timeout: INSTALL_TIMEOUT_MS,
    })
    if (status !== 0) {
      const reason = stderr.split('\n').slice(0, 3).join(' ')
      context.skip(`npm cannot install ${name} ${version}: ${reason}`)
    }
    writeFileSync(done, '')
  }
  return join(folder, 'node_modules', name)
}
