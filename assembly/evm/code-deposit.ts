// The end of a constructor: what it returned becomes the account's code (Yellow Paper 7; EIP-2,
// EIP-170, EIP-3541).

import { REVISION_FRONTIER, REVISION_LONDON, REVISION_SPURIOUS } from '../abi/revision';
import {
  STATUS_CODE_STARTS_WITH_EF, STATUS_CODE_TOO_LARGE, STATUS_OUT_OF_GAS, STATUS_SUCCESS,
} from '../abi/status';
import { GAS, setGas } from '../frames/frame';
import { REV } from '../memory/context';
import { setCode } from '../state/view';
import { codeOf } from '../tables/codes';

/** EIP-170. */
const MAX_CODE_SIZE: u32 = 24576;
const GAS_CODE_DEPOSIT: i64 = 200;

/** The constructor returned `size` bytes at `ptr`: deposit them. Returns a status; on failure the
 * frame halts. Takes the deposit's gas from GAS. */
export function depositCode(account: usize, ptr: usize, size: u32): u32 {
  if (REV >= REVISION_SPURIOUS && size > MAX_CODE_SIZE) return STATUS_CODE_TOO_LARGE;
  if (REV >= REVISION_LONDON && size != 0 && load<u8>(ptr) == 0xef) {
    return STATUS_CODE_STARTS_WITH_EF;
  }
  const deposit = GAS_CODE_DEPOSIT * <i64>size;
  if (deposit > GAS) {
    // Frontier: the account stays without code and keeps its gas (EIP-2).
    return REV == REVISION_FRONTIER ? STATUS_SUCCESS : STATUS_OUT_OF_GAS;
  }
  setGas(GAS - deposit);
  const code = codeOf(ptr, size);
  if (code != 0) setCode(account, code);
  return STATUS_SUCCESS;
}
