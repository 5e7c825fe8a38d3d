/**
 * Inserting, removing and touching leaves. Nothing is hashed here: every node on the way is marked
 * dirty, and hash.ts makes up for it later, once for all changes.
 *
 * A "link" is the place of a u32 that names a node: the root's, or the one in its parent.
 */
import { SCRATCH, SCRATCH_FREE } from '../memory/scratch';
import {
  KIND_BRANCH, KIND_EXTENSION, branchLink, childLink, extensionEnd, freeLeaf, freeNode, keyOf,
  kindOf, markDirty, markLeafDirty, pathOf, reserveForInsertion, shapeExtension, takeBranch,
  takeExtension, takeLeaf,
} from '../nodes/node';
import { KEY_NIBBLES, firstDifference, nibbleAt, setNibble } from '../nodes/path';
import { resolveSibling } from '../partial/seek';
import { u256Copy } from '../u256/word';
import { noteSibling } from './collect';

/** Key of the leaf that is about to go. */
const REMOVED_KEY: usize = SCRATCH_FREE + 0x540;

/** Inserts a leaf of `kind` for the record; the trie has none under this key of 32 bytes. */
export function insertLeaf(root: usize, kind: u32, record: usize, key: usize): void {
  reserveForInsertion(kind);
  let link = root;
  let depth: u32 = 0;
  while (true) {
    const node = <usize>load<u32>(link);
    if (node == 0) {
      store<u32>(link, <u32>takeLeaf(kind, record, key));
      return;
    }
    markDirty(node);
    const kindHere = kindOf(node);
    if (kindHere == KIND_BRANCH) {
      link = branchLink(node, nibbleAt(key, depth++));
      continue;
    }
    const isExtension = kindHere == KIND_EXTENSION;
    const end = isExtension ? extensionEnd(node) : KEY_NIBBLES;
    const fork = firstDifference(key, isExtension ? pathOf(node) : keyOf(node), depth, end);
    if (fork < end) {
      forkAt(link, takeLeaf(kind, record, key), depth, fork);
      return;
    }
    if (!isExtension) {
      // Never so while each key has one record; if it had two, the newer one would hold.
      freeLeaf(node);
      store<u32>(link, <u32>takeLeaf(kind, record, key));
      return;
    }
    link = childLink(node);
    depth = end;
  }
}

/** Puts a branch at nibble `fork` above the linked node, which begins at `depth`, and the leaf. */
function forkAt(link: usize, leaf: usize, depth: u32, fork: u32): void {
  let node = <usize>load<u32>(link);
  const key = keyOf(leaf);
  const isExtension = kindOf(node) == KIND_EXTENSION;
  const nibble = nibbleAt(isExtension ? pathOf(node) : keyOf(node), fork);
  const branch = takeBranch();
  if (isExtension && extensionEnd(node) == fork + 1) {
    const child = <usize>load<u32>(childLink(node));
    freeNode(node);
    node = child;
  }
  store<u32>(branchLink(branch, nibble), <u32>node);
  store<u32>(branchLink(branch, nibbleAt(key, fork)), <u32>leaf);
  store<u32>(link, <u32>(fork == depth ? branch : takeExtension(key, fork, branch)));
}

/** Marks the leaf and all nodes above it dirty; false if it is not in this trie. */
export function touchLeaf(root: usize, leaf: usize): bool {
  const key = keyOf(leaf);
  let node = <usize>load<u32>(root);
  let depth: u32 = 0;
  while (node != leaf && node != 0) {
    const kind = kindOf(node);
    markDirty(node);
    if (kind == KIND_BRANCH) {
      node = load<u32>(branchLink(node, nibbleAt(key, depth++)));
    } else if (kind == KIND_EXTENSION) {
      depth = extensionEnd(node);
      node = load<u32>(childLink(node));
    } else {
      return false;
    }
  }
  if (node == 0) return false;
  markLeafDirty(leaf, key);
  return true;
}

/** Removes and frees the leaf; false if it is not in this trie. Needs no memory. */
export function removeLeaf(root: usize, leaf: usize): bool {
  // A copy, since a sibling that is kept for a witness asks for its own key.
  const key = SCRATCH + REMOVED_KEY;
  u256Copy(key, keyOf(leaf));
  let link = root;
  let depth: u32 = 0;
  // Of the branch that was passed last, and of the extension directly above it, or 0.
  let linkOfBranch: usize = 0;
  let linkOfExtension: usize = 0;
  let passedExtension: usize = 0;
  while (true) {
    const node = <usize>load<u32>(link);
    if (node == leaf) break;
    if (node == 0) return false;
    markDirty(node);
    const kind = kindOf(node);
    if (kind == KIND_BRANCH) {
      linkOfBranch = link;
      linkOfExtension = passedExtension;
      passedExtension = 0;
      link = branchLink(node, nibbleAt(key, depth++));
    } else if (kind == KIND_EXTENSION) {
      passedExtension = link;
      link = childLink(node);
      depth = extensionEnd(node);
    } else {
      return false;
    }
  }
  if (linkOfBranch != 0) meetSibling(root, <usize>load<u32>(linkOfBranch), key, depth - 1);
  store<u32>(link, 0);
  if (linkOfBranch != 0) collapse(linkOfBranch, linkOfExtension, key, depth - 1);
  freeLeaf(leaf);
  return true;
}

/** The child of the branch at nibble `depth` on the way along `key` is about to go. If one other is
 * left, the branch will too, and then what that one is matters: in a partial state it may fault
 * here, with nothing changed yet. */
function meetSibling(root: usize, branch: usize, key: usize, depth: u32): void {
  const going = nibbleAt(key, depth);
  let found: u32 = 16;
  for (let nibble: u32 = 0; nibble < 16; nibble++) {
    if (nibble == going || load<u32>(branchLink(branch, nibble)) == 0) continue;
    if (found != 16) return;
    found = nibble;
  }
  if (found == 16) return;
  const link = branchLink(branch, found);
  resolveSibling(root, link, key, depth, found);
  noteSibling(<usize>load<u32>(link), depth + 1);
}

/** The nibble of the only child of a branch, or 16 if it has several. */
function onlyChild(branch: usize): u32 {
  let found: u32 = 16;
  for (let nibble: u32 = 0; nibble < 16; nibble++) {
    if (load<u32>(branchLink(branch, nibble)) == 0) continue;
    if (found != 16) return 16;
    found = nibble;
  }
  return found;
}

/**
 * A branch at nibble `depth`, below `key`, has lost a child. If one is left, that child takes the
 * places of the branch and of the extension above: it begins higher now.
 */
function collapse(linkOfBranch: usize, linkOfExtension: usize, key: usize, depth: u32): void {
  const branch = <usize>load<u32>(linkOfBranch);
  const nibble = onlyChild(branch);
  if (nibble == 16) return;
  const child = <usize>load<u32>(branchLink(branch, nibble));
  if (kindOf(child) != KIND_BRANCH) {
    // A leaf or an extension: it knows its whole path.
    if (linkOfExtension == 0) {
      store<u32>(linkOfBranch, <u32>child);
    } else {
      freeNode(<usize>load<u32>(linkOfExtension));
      store<u32>(linkOfExtension, <u32>child);
    }
    markDirty(child);
    freeNode(branch);
    return;
  }
  // A branch needs an extension above it: the one that is there grows by the nibble, or the branch
  // that goes becomes one.
  let extension = branch;
  if (linkOfExtension != 0) {
    extension = load<u32>(linkOfExtension);
    freeNode(branch);
  }
  shapeExtension(extension, key, depth + 1, child);
  setNibble(pathOf(extension), depth, nibble);
}
