/**
 * The nodes of a witness: all on the ways to given keys in a trie that is hashed, and siblings that
 * have to be known when a leaf goes. They are copied to block-lived memory, where the host takes
 * them from (WITNESS_COLLECTED). A node that is inside its parent comes with that.
 */
import { BLOCK, WATCH, WATCH_RECORD, WITNESS_COLLECTED } from '../abi/memory-map';
import {
  ACCOUNT_WATCHED, COLLECTED_NEXT, COLLECTED_RLP, COLLECTED_SIZE, SLOT_WATCHED,
} from '../abi/records';
import { allocateForBlock } from '../memory/heap';
import {
  KIND_ACCOUNT_LEAF, KIND_BRANCH, KIND_EXTENSION, KIND_UNRESOLVED, branchLink, childLink,
  extensionEnd, isDirty, kindOf, pathOf, recordOf, referenceSize,
} from '../nodes/node';
import { firstDifference, nibbleAt } from '../nodes/path';
import { ENCODED_SIZE, encodeNode } from './hash';

/** `keys`: u32 pointers to `count` different keys of 32 bytes, ascending. */
export function collectNodes(root: usize, keys: usize, count: u32): void {
  collect(load<u32>(root), 0, keys, keys + (<usize>count << 2));
}

function collect(node: usize, depth: u32, keys: usize, end: usize): void {
  if (node == 0 || keys == end || kindOf(node) == KIND_UNRESOLVED) return;
  keep(node, depth);
  const kind = kindOf(node);
  if (kind == KIND_BRANCH) {
    for (let nibble: u32 = 0; nibble < 16; nibble++) {
      const first = keys;
      while (keys < end && nibbleAt(load<u32>(keys), depth) == nibble) keys += 4;
      collect(load<u32>(branchLink(node, nibble)), depth + 1, first, keys);
    }
  } else if (kind == KIND_EXTENSION) {
    const to = extensionEnd(node);
    while (keys < end && !agrees(load<u32>(keys), node, depth, to)) keys += 4;
    let last = keys;
    while (last < end && agrees(load<u32>(last), node, depth, to)) last += 4;
    collect(load<u32>(childLink(node)), to, keys, last);
  }
}

@inline
function agrees(key: usize, extension: usize, from: u32, to: u32): bool {
  return firstDifference(key, pathOf(extension), from, to) == to;
}

/** While that is recorded: the node, which begins at nibble `depth`, has to be known to who removes
 * its last sibling. One that the block has changed, or will, is known anyway. */
export function noteSibling(node: usize, depth: u32): void {
  if ((load<u32>(WATCH) & WATCH_RECORD) == 0 || isDirty(node) || isTouchedLeaf(node)) return;
  keep(node, depth);
}

/** A leaf that the block has touched: it is collected, and its value may be a new one. */
function isTouchedLeaf(node: usize): bool {
  const kind = kindOf(node);
  if (kind > KIND_ACCOUNT_LEAF) return false;
  const stamp = kind == KIND_ACCOUNT_LEAF ? ACCOUNT_WATCHED : SLOT_WATCHED;
  return load<u32>(recordOf(node) + stamp) == load<u32>(BLOCK);
}

function keep(node: usize, depth: u32): void {
  if (referenceSize(node) < 32) return;
  const encoding = encodeNode(node, depth);
  const size = <u32>ENCODED_SIZE;
  const entry = allocateForBlock(<u32>COLLECTED_RLP + size);
  store<u32>(entry, load<u32>(WITNESS_COLLECTED), COLLECTED_NEXT);
  store<u32>(entry, size, COLLECTED_SIZE);
  memory.copy(entry + COLLECTED_RLP, encoding, size);
  store<u32>(WITNESS_COLLECTED, <u32>entry);
}
