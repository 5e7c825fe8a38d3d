import type { CustomPrecompile } from 'actor-evm'

export declare const MOOD_NAMES: readonly string[]
export declare const native: CustomPrecompile
export declare const dear: CustomPrecompile
export declare const negative: CustomPrecompile
