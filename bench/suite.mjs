// Every bench of the suite, in the order in which they run.
import { market } from './macro/market.mjs'

export const SUITE = [market]
