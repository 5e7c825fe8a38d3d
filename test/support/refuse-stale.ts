/** Fails a file of tests where what it would test could not be built. */
import { inject } from 'vitest'
import type {} from './fresh-build.js'

const failure = inject('buildFailure')
if (failure !== '') throw new Error(`the build failed: ${failure}`)
