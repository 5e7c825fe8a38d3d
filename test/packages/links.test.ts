/** What the packed package says of itself leads somewhere within it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLinks } from '../../tools/tidy/text-checks.mjs'
import { makeProject, type Project } from './installed.js'

let project: Project
let folder: string

beforeAll(async () => {
  project = await makeProject('links')
  folder = project.path('node_modules/actor-evm')
})

afterAll(() => project?.dispose())

describe('the packed package', () => {
  it('has no dead link and no dead anchor in its README, changelog, docs and examples', () => {
    const readText = (file: string) => readFileSync(join(folder, file), 'utf8')
    const exists = (file: string) => existsSync(join(folder, file))
    const files = readdirSync(folder, { encoding: 'utf8', recursive: true })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.md'))
    expect(files).toContain('README.md')
    expect(files).toContain('docs/OPTIONS.md')
    const problems = files.flatMap((file) => checkLinks(file, readText(file), readText, exists))
    expect(problems).toEqual([])
  })
})
