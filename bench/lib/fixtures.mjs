// Data that is no part of the project: ACTOR_EVM_FIXTURES names the folder that holds it.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Path of a folder of the fixtures, or undefined where there is none. */
export function fixtureFolder(name) {
  const root = process.env.ACTOR_EVM_FIXTURES
  if (root === undefined || !existsSync(join(root, name))) return undefined
  return join(root, name)
}

export function readJson(path) {
  const bytes = readFileSync(path)
  return JSON.parse(path.endsWith('.gz') ? gunzipSync(bytes) : bytes)
}

export const listFolder = (folder) => readdirSync(folder).sort()

export const NO_FIXTURES = '  left out: ACTOR_EVM_FIXTURES names no folder that has the data'
