// The end of a constructor: what it returned becomes the account's code (Yellow Paper 7; EIP-2,
// EIP-170, EIP-3541).

import {
  STATUS_CODE_STARTS_WITH_EF, STATUS_CODE_TOO_LARGE, STATUS_OUT_OF_GAS, STATUS_SUCCESS,
} from '../abi/status';
import { GAS_CODE_BYTE, HAS_FREE_CREATION, MAX_CODE_BYTES, REFUSES_EF } from '../forks/rules';
import { GAS, setGas } from '../frames/frame';
import { setCode } from '../state/view';
import { codeOf } from '../tables/codes';

/** The constructor returned `size` bytes at `ptr`: deposit them. Returns a status; on failure the
 * frame halts. Takes the deposit's gas from GAS. */
export function depositCode(account: usize, ptr: usize, size: u32): u32 {
  if (size > MAX_CODE_BYTES) return STATUS_CODE_TOO_LARGE;
  if (REFUSES_EF && size != 0 && load<u8>(ptr) == 0xef) {
    return STATUS_CODE_STARTS_WITH_EF;
  }
  const deposit = GAS_CODE_BYTE * <i64>size;
  if (deposit > GAS) {
    // Frontier: the account stays without code and keeps its gas (EIP-2).
    return HAS_FREE_CREATION ? STATUS_SUCCESS : STATUS_OUT_OF_GAS;
  }
  setGas(GAS - deposit);
  const code = codeOf(ptr, size);
  if (code != 0) setCode(account, code);
  return STATUS_SUCCESS;
}
