// Witnesses, from outside: the state that one gives, and the nodes that a block's own will hold.

import {
  LOCK_PARTIAL, STATE_TRIE, WATCH, WATCH_PARTIAL,
} from './abi/memory-map';
import { ACCOUNT_TRIE, CODE_GIVEN, CODE_ORIGIN } from './abi/records';
import { EMPTY_ROOT } from './nodes/empty-hashes';
import { takeUnresolved } from './nodes/node';
import { expectNodes } from './partial/given-nodes';
import { becomeOwner } from './state/owner';
import { codeOf } from './tables/codes';
import { collectNodes } from './trie/collect';
import { u256Eq } from './u256/word';

/** In an empty state: from now on it is the part that `count` nodes, which are to be given, show of
 * the state with this root (32 bytes). */
export function beginPartialState(root: usize, count: u32): void {
  store<u32>(WATCH, load<u32>(WATCH) | WATCH_PARTIAL);
  store<u32>(LOCK_PARTIAL, 0);
  becomeOwner();
  expectNodes(count);
  store<u32>(STATE_TRIE, u256Eq(root, EMPTY_ROOT) ? 0 : <u32>takeUnresolved(root));
}

/** A code that the witness has; before the block begins. Its record, or 0 if it is there twice, or
 * empty. */
export function giveCode(ptr: usize, size: u32): usize {
  const code = codeOf(ptr, size);
  if (code == 0 || load<u32>(code, CODE_ORIGIN) != 0) return 0;
  store<u32>(code, CODE_GIVEN, CODE_ORIGIN);
  return code;
}

/** Nodes on the ways to accounts: `keys` as for collectNodes. */
export function collectState(keys: usize, count: u32): void {
  collectNodes(STATE_TRIE, keys, count);
}

/** Nodes on the ways to slots of an account. */
export function collectStorage(account: usize, keys: usize, count: u32): void {
  collectNodes(account + ACCOUNT_TRIE, keys, count);
}
