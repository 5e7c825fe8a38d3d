/**
 * Vectors of EIP-2537 and EIP-7951. They are no part of the project: ACTOR_EVM_FIXTURES names the
 * folder that has them.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { loadCurve } from '../../src/crypto/precompiles/load.js'
import { BLS_G1_ADD, P256VERIFY } from '../../src/crypto/precompiles/numbers.js'
import { compute } from '../../src/crypto/precompiles/precompile.js'
import { loadBls, loadVerifier } from '../../src/crypto/precompiles/verifiers.js'
import { readTarGz } from '../../src/runners/tar.js'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES
const NUMBERS = [
  [/add_G1_bls/, 0x0b], [/(msm|mul)_G1_bls/, 0x0c], [/add_G2_bls/, 0x0d],
  [/(msm|mul)_G2_bls/, 0x0e], [/pairing_check_bls/, 0x0f], [/map_fp_to_G1/, 0x10],
  [/map_fp2_to_G2/, 0x11], [/eip-7951/, P256VERIFY],
] as const
const VECTORS = 655

interface Vector {
  readonly Name: string
  readonly Input: string
  /** Where it fails there is an ExpectedError. */
  readonly Expected?: string
}

describe('vectors of EIPs', () => {
  it('all pass', { timeout: 300_000 }, async ({ skip }) => {
    if (FIXTURES === undefined) return skip('ACTOR_EVM_FIXTURES is not set')
    const precompiles = new Map([
      ...(await loadCurve(BLS_G1_ADD, loadBls)),
      [P256VERIFY, await loadVerifier(P256VERIFY)] as const,
    ])
    let passed = 0
    for await (const { name, bytes } of readTarGz(join(FIXTURES, 'misc-dev.tar.gz'))) {
      if (!name.startsWith('eip-vectors/')) continue
      const [, number] = NUMBERS.find(([pattern]) => pattern.test(name))!
      for (const vector of JSON.parse(new TextDecoder().decode(bytes)) as Vector[]) {
        const output = compute(precompiles.get(number)!, hexToBytes(`0x${vector.Input}`))
        const found = output === undefined ? undefined : bytesToHex(output).slice(2)
        expect(found, `${name}: ${vector.Name}`).toBe(vector.Expected)
        passed++
      }
    }
    expect(passed).toBe(VECTORS)
  })
})
