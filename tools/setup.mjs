#!/usr/bin/env node
// Makes a fresh clone ready: right Node, dependencies as locked, everything built.
// Uses only Node's own modules, because it runs before there are any others.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { withLock } from './lock.mjs'
import { ROOT, fail, inRoot, say } from './project.mjs'

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Compares the running Node with the lowest one that package.json asks for. */
function checkNode() {
  const required = /\d+\.\d+/.exec(readJson(inRoot('package.json')).engines.node)[0]
  const [needMajor, needMinor] = required.split('.').map(Number)
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return
  fail(`actor-evm needs Node ${required} or newer, this is ${process.versions.node}`)
}

/**
 * True if node_modules holds what package-lock.json locks. npm writes what it installed into
 * node_modules/.package-lock.json, without the optional packages of other systems.
 */
function isInstalled() {
  const installedFile = inRoot('node_modules/.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = readJson(installedFile).packages
  return Object.entries(readJson(inRoot('package-lock.json')).packages).every(([path, locked]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return locked.optional === true || locked.devOptional === true
    return found.version === locked.version
  })
}

function install() {
  say('setup: npm ci')
  const npmOptions = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  // npm names its own script when it runs us; Windows cannot start `npm` without a shell.
  const npm = process.env.npm_execpath
  const { status } =
    npm === undefined
      ? spawnSync('npm', npmOptions, { cwd: ROOT, stdio: 'inherit', shell: true })
      : spawnSync(process.execPath, [npm, ...npmOptions], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) fail('setup: npm ci failed (see above); is the registry reachable?')
}

checkNode()
if (!isInstalled()) {
  await withLock('setup', () => {
    if (!isInstalled()) install()
  })
}

const { buildAll, isUpToDate } = await import('./build.mjs')
if (!isUpToDate()) await buildAll().catch((error) => fail(`setup: build failed: ${error.message}`))
