// Every bench of the suite, in the order in which they run.
import { gigagas } from './macro/gigagas.mjs'
import { market } from './macro/market.mjs'

export const SUITE = [gigagas, market]
