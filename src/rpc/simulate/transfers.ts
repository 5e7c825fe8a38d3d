/** Logs of a simulated call, with those that stand for transfers of Ether (ERC-7528). */

import type { Log } from '../../base/types.js'

export interface TransferLog extends Log {
  readonly transactionIndex: number
  readonly logIndex: number
}
