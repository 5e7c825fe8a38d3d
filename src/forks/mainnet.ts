/** Ethereum's main network. */

import { parseChainConfig, type ChainConfig } from './chain-config.js'

const CONFIG = {
  chainId: 1,
  homesteadBlock: 1_150_000,
  daoForkBlock: 1_920_000,
  eip150Block: 2_463_000,
  eip158Block: 2_675_000,
  byzantiumBlock: 4_370_000,
  constantinopleBlock: 7_280_000,
  petersburgBlock: 7_280_000,
  istanbulBlock: 9_069_000,
  muirGlacierBlock: 9_200_000,
  berlinBlock: 12_244_000,
  londonBlock: 12_965_000,
  arrowGlacierBlock: 13_773_000,
  grayGlacierBlock: 15_050_000,
  terminalTotalDifficulty: 58_750_000_000_000_000_000_000n,
  parisBlock: 15_537_394,
  shanghaiTime: 1_681_338_455,
  cancunTime: 1_710_338_135,
  pragueTime: 1_746_612_311,
  osakaTime: 1_764_798_551,
  bpo1Time: 1_765_290_071,
  bpo2Time: 1_767_747_671,
}

let parsed: ChainConfig | undefined

/** Read when it is first asked for: most engines are not of this network. */
export function mainnet(): ChainConfig {
  parsed ??= parseChainConfig(CONFIG)
  return parsed
}
