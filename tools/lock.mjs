// A lock between processes, so that two terminals may run `npm test` at the same time.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { inRoot, say } from './project.mjs'

const POLL_MS = 200
/** Longer than the slowest install that we saw, so that a waiter outlives an honest holder. */
const TIMEOUT_MS = 600_000

function tryAcquire(folder) {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(`${folder}/pid`, String(process.pid))
  return true
}

/** A holder that was killed leaves its folder behind; its process id tells. */
function isAbandoned(folder) {
  let pid
  try {
    pid = Number(readFileSync(`${folder}/pid`, 'utf8'))
    if (!(pid > 0)) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** Runs `action` while no other process holds the lock `name`. */
export async function withLock(name, action) {
  mkdirSync(inRoot('build'), { recursive: true })
  const folder = inRoot('build', `${name}.lock`)
  const deadline = Date.now() + TIMEOUT_MS
  let isWaiting = false
  while (!tryAcquire(folder)) {
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true })
    if (Date.now() > deadline) throw new Error(`${folder} is held for too long; remove it`)
    if (!isWaiting) say(`${name}: waiting for another ${name} to end`)
    isWaiting = true
    await sleep(POLL_MS)
  }
  try {
    return await action()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
