/** Keys of a mnemonic (BIP-39, BIP-32, BIP-44), by libraries that are loaded when one is used. */

import { bytesToHex } from '../../base/bytes.js'
import { InvalidInputError, words } from '../../base/errors.js'
import type { Hex } from '../../base/types.js'

/** The mnemonic of Hardhat, anvil and Ganache: everybody knows its keys. */
export const TEST_MNEMONIC = 'test test test test test test test test test test test junk'
/** BIP-44, Ethereum, the first account. */
export const DERIVATION_PATH = "m/44'/60'/0'/0/"

const MAX_KEYS = 1_000

/**
 * The first keys of a mnemonic.
 * @param path in front of the number of a key
 * @throws InvalidInputError for words that are no mnemonic, which are not shown
 */
export async function deriveKeys(
  mnemonic: string,
  count: number,
  path = DERIVATION_PATH,
): Promise<Hex[]> {
  if (!Number.isInteger(count) || count < 0 || count > MAX_KEYS) {
    const details = { place: { field: 'accounts' }, expected: `0 to ${MAX_KEYS}`, got: count }
    throw new InvalidInputError('invalid number of accounts', details)
  }
  if (count === 0) return []
  const [{ HDKey }, bip39, { wordlist }] = await Promise.all([
    import('@scure/bip32'),
    import('@scure/bip39'),
    import('@scure/bip39/wordlists/english.js'),
  ])
  const phrase = mnemonic.trim().split(/\s+/).join(' ')
  if (!bip39.validateMnemonic(phrase, wordlist)) {
    throw new InvalidInputError('invalid mnemonic', {
      place: { field: 'mnemonic' },
      expected: '12 to 24 English words, the last with the right checksum (BIP-39)',
      got: words('other words'),
    })
  }
  // 2,048 rounds of SHA-512, for which an insecure page has no cryptography of its own
  const hasWebCrypto = globalThis.crypto?.subtle !== undefined
  const seed = hasWebCrypto
    ? await bip39.mnemonicToSeedWebcrypto(phrase)
    : await bip39.mnemonicToSeed(phrase)
  const parent = derive(HDKey.fromMasterSeed(seed), path)
  return Array.from({ length: count }, (_, i) => bytesToHex(parent.deriveChild(i).privateKey!))
}

function derive<T extends { derive(path: string): T }>(root: T, path: string): T {
  try {
    return root.derive(path.replace(/\/$/, ''))
  } catch (cause) {
    const expected = `a path such as ${DERIVATION_PATH}`
    const details = { place: { field: 'derivationPath' }, expected, got: path, cause }
    throw new InvalidInputError('invalid derivation path', details)
  }
}
