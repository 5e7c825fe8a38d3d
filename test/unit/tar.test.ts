import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesEqual, concatBytes } from '../../src/base/bytes.js'
import { InvalidInputError } from '../../src/base/errors.js'
import { readTarGz, type TarEntry } from '../../src/runners/tar.js'

const utf8 = new TextEncoder()

interface Written {
  readonly name: string
  readonly content: Uint8Array
  readonly type?: string
  readonly prefix?: string
}

/** One entry as POSIX ustar has it. */
function tarEntry({ name, content, type = '0', prefix = '' }: Written): Uint8Array {
  const header = new Uint8Array(512)
  const put = (text: string, offset: number): void => header.set(utf8.encode(text), offset)
  put(name, 0)
  put(content.length.toString(8).padStart(11, '0'), 124)
  put(' '.repeat(8), 148)
  put(type, 156)
  put('ustar', 257)
  put(prefix, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return concatBytes(header, content, new Uint8Array((512 - (content.length % 512)) % 512))
}

const END = new Uint8Array(1024)

describe('readTarGz', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tar-test-'))))
  afterAll(() => rm(folder, { recursive: true }))

  async function read(bytes: Uint8Array): Promise<TarEntry[]> {
    const path = join(folder, 'archive.tar.gz')
    await writeFile(path, bytes)
    const entries: TarEntry[] = []
    for await (const entry of readTarGz(path)) entries.push(entry)
    return entries
  }
  const archive = (...entries: Written[]): Uint8Array =>
    concatBytes(...entries.map(tarEntry), END)
  const content = (size: number): Uint8Array => new Uint8Array(size).map((_, i) => i * 7)

  it('gives the files in order, at sizes around its blocks', async () => {
    const sizes = [0, 1, 511, 512, 513, 300_000]
    const written = sizes.map((size) => ({ name: `a/${size}.json`, content: content(size) }))
    const entries = await read(gzipSync(archive(...written)))
    expect(entries.map((entry) => entry.name)).toEqual(written.map((entry) => entry.name))
    entries.forEach(({ bytes }, i) => expect(bytesEqual(bytes, written[i]!.content)).toBe(true))
  })

  it('knows folders, prefixes and the long names of pax and GNU', async () => {
    const long = 'b/'.repeat(100) + 'c.json'
    const record = `path=${long}\n`
    const pax = `${record.length + 4} ${record}`
    const entries = await read(
      gzipSync(
        archive(
          { name: 'a/', content: content(0), type: '5' },
          { name: 'x.json', prefix: 'deep/er', content: content(1) },
          { name: 'pax', type: 'x', content: utf8.encode(`19 mtime=123456789\n${pax}`) },
          { name: 'cut', content: content(2) },
          { name: '././@LongLink', type: 'L', content: utf8.encode(`${long}\0`) },
          { name: 'cut', content: content(3) },
          { name: 'z.json', content: content(4) },
        ),
      ),
    )
    expect(entries.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ['deep/er/x.json', 1],
      [long, 2],
      [long, 3],
      ['z.json', 4],
    ])
  })

  it('refuses damage with a typed error', async () => {
    const good = archive({ name: 'a.json', content: content(2000) })
    const flipped = good.slice()
    flipped[0]! ^= 1
    const noSize = tarEntry({ name: 'a', content: content(0) })
    noSize.fill(0x39, 124, 135)
    const bad = [
      utf8.encode('no archive'),
      gzipSync(flipped),
      gzipSync(good.subarray(0, 700)),
      gzipSync(good.subarray(0, 100)),
      gzipSync(noSize),
      gzipSync(good).subarray(0, -20),
    ]
    for (const bytes of bad) await expect(read(bytes)).rejects.toBeInstanceOf(InvalidInputError)
    const missing = readTarGz(join(folder, 'none.tar.gz')).next()
    await expect(missing).rejects.toBeInstanceOf(InvalidInputError)
  })

  it('stops where the consumer does', async () => {
    const path = join(folder, 'early.tar.gz')
    const files = Array.from({ length: 9 }, (_, i) => ({ name: `${i}`, content: content(9999) }))
    await writeFile(path, gzipSync(archive(...files)))
    for await (const { name } of readTarGz(path)) {
      expect(name).toBe('0')
      break
    }
  })
})
