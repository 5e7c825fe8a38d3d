/**
 * Builds what has changed before tests run, also when a watching vitest runs them again: no test
 * ever runs a stale build. Where a build fails, refuse-stale.ts fails each file of tests.
 */
import type { TestProject } from 'vitest/node'
import { buildAll, isUpToDate } from '../../tools/build.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Why there is no fresh build; empty if there is one. */
    buildFailure: string
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const build = async () => {
    if (!isUpToDate()) await buildAll()
    project.provide('buildFailure', '')
  }
  await build()
  project.onTestsRerun(() =>
    build().catch(({ message }: Error) => project.provide('buildFailure', message)),
  )
}
