import { describe, expect, it } from 'vitest'
import { checkTidy } from '../../tools/tidy.mjs'
import { ASSEMBLY_ARROWS, SRC_ARROWS, upwardArrows } from '../../tools/tidy/arrows.mjs'
import { checkArrows, checkCircles } from '../../tools/tidy/import-graph.mjs'
import { checkRoomDrawings, checkRoomTable, drawRooms } from '../../tools/tidy/room-table.mjs'
import {
  checkConstantTables,
  checkLines,
  checkLinks,
  checkRevisions,
} from '../../tools/tidy/text-checks.mjs'

/** An import as the graph holds it. */
const to = (file: string, options: { isType?: boolean; isLate?: boolean } = {}) => ({
  name: `./${file}`,
  file,
  isType: false,
  isLate: false,
  ...options,
})
const toPackage = (name: string, isLate = false) => ({
  name,
  file: undefined,
  isType: false,
  isLate,
})

describe('the house rules', () => {
  it('hold for every file of the project', () => {
    expect(checkTidy()).toEqual([])
  })
})

describe('rooms', () => {
  it('stand one above the other', () => {
    expect(upwardArrows({ 'src/a': [], 'src/b': ['a'] })).toEqual([])
    expect(upwardArrows({ 'src/a': ['b'], 'src/b': ['a'] })).toHaveLength(1)
    expect(upwardArrows({ 'assembly/a': ['b'], 'assembly/b': ['a'] })).toHaveLength(1)
    expect(upwardArrows({ 'src/a': [], 'assembly/b': ['a'] })).toHaveLength(1)
  })

  it('are in the table as the arrows have them', () => {
    const missing = checkRoomTable('')
    const rooms = Object.keys({ ...ASSEMBLY_ARROWS, ...SRC_ARROWS })
    expect(missing).toHaveLength(rooms.filter((it) => !it.endsWith('.ts')).length)
    const coreRow = '| `assembly/u256` | holds | memory |'
    expect(checkRoomTable(coreRow)).toHaveLength(missing.length - 1)
    const row = '| `src/wasm` | holds | crypto |'
    expect(checkRoomTable(row)).toHaveLength(missing.length - 1)
    expect(checkRoomTable(row.replace('crypto', 'threads'))).toHaveLength(missing.length)
  })

  it('are drawn level by level', () => {
    const arrows = { 'src/a': [], 'src/b': [], 'src/c': ['a'], 'src/d': ['c', 'b'] }
    expect(drawRooms(arrows)).toBe('    d\n    c\n    a   b')
    expect(checkRoomDrawings('')).toHaveLength(2)
  })
})

describe('import arrows', () => {
  type Entry = ReturnType<typeof to> | ReturnType<typeof toPackage>
  const problemsOf = (importer: string, entry: Entry) =>
    checkArrows(new Map([[importer, [entry]]]))

  it.each([
    ['assembly/evm/interpreter.ts', 'assembly/state/storage.ts'],
    ['assembly/u256/add.ts', 'assembly/u256/word.ts'],
    ['src/wasm/records.ts', 'assembly/abi/records.ts'],
    ['src/execution/execute-block.ts', 'src/execution/converge.ts'],
    ['src/cli/run.ts', 'src/index.ts'],
  ])('let %s import %s', (importer, file) => {
    expect(problemsOf(importer, to(file))).toEqual([])
  })

  it.each([
    ['assembly/state/storage.ts', 'assembly/evm/interpreter.ts'],
    ['assembly/transactions/transactions.ts', 'assembly/actors/activation.ts'],
    ['assembly/transactions/transactions.ts', 'assembly/messages/emission.ts'],
    ['assembly/abi/status.ts', 'assembly/memory/scratch.ts'],
    ['assembly/u256/add.ts', 'src/base/bytes.ts'],
    ['src/wasm/records.ts', 'assembly/state/storage.ts'],
    ['src/intake/rlp.ts', 'src/execution/converge.ts'],
    ['src/cli/run.ts', 'src/intake/rlp.ts'],
  ])('keep %s from importing %s', (importer, file) => {
    expect(problemsOf(importer, to(file))).toHaveLength(1)
  })

  it('keep packages and node modules to their rooms', () => {
    expect(problemsOf('src/threads/control.ts', toPackage('comlink'))).toEqual([])
    expect(problemsOf('src/intake/rlp.ts', toPackage('comlink'))).toHaveLength(1)
    expect(problemsOf('src/index.ts', toPackage('left-pad'))).toHaveLength(1)
    expect(problemsOf('src/cli.ts', toPackage('node:fs'))).toEqual([])
    expect(problemsOf('src/index.ts', toPackage('node:fs'))).toHaveLength(1)
  })

  it('find circles, but not those of types', () => {
    const circle = (isType: boolean) =>
      new Map([
        ['a.ts', [to('b.ts')]],
        ['b.ts', [to('c.ts')]],
        ['c.ts', [to('a.ts', { isType })]],
      ])
    expect(checkCircles(circle(false))).toEqual([
      'imports go in a circle: a.ts → b.ts → c.ts → a.ts',
    ])
    expect(checkCircles(circle(true))).toEqual([])
  })
})

describe('text checks', () => {
  it('find a path of one machine, and no route', () => {
    expect(checkLines('docs/a.md', `see ${'/ho'}me/someone/x`)).toHaveLength(1)
    expect(checkLines('docs/a.md', `https://example.org${'/ho'}me/someone/x`)).toEqual([])
  })

  it.each([
    ['store<u8>(TABLE + i, 1)', 1],
    ['memory.copy(TABLE, ptr, 4)', 1],
    ['store<u8>(ptr, load<u8>(TABLE + i))', 0],
    ['memory.copy(ptr, TABLE, 4)', 0],
  ])('see that %s writes a constant table or not', (line, count) => {
    const texts = new Map([
      ['assembly/table.ts', 'export const TABLE: usize = memory.data<u8>([1, 2])'],
      ['assembly/user.ts', line],
    ])
    expect(checkConstantTables(texts)).toHaveLength(count)
  })

  it.each([
    ['assembly/evm/calls.ts', 'const keeps = REV >= REVISION_TANGERINE', 1],
    ['assembly/evm/calls.ts', "import { REVISION_BERLIN } from '../abi/revision'", 1],
    ['assembly/evm/calls.ts', 'if (load<u32>(REVISION) < 9) return', 1],
    ['src/intake/environment.ts', 'if (fork.revision >= 9) return', 1],
    ['src/intake/environment.ts', 'u32[REVISION >>> 2] = fork.revision', 0],
    ['assembly/precompiles/table.ts', 'hosted(0x100, REVISION_OSAKA, 6900)', 0],
    ['assembly/precompiles/table.ts', 'if (REV < REVISION_OSAKA) return', 1],
    ['assembly/forks/rules.ts', 'if (revision >= REVISION_OSAKA) osaka()', 0],
  ])('see in %s that %s tells forks apart or not', (file, line, count) => {
    expect(checkRevisions(file, line)).toHaveLength(count)
  })

  it('follow relative links and their anchors', () => {
    const readText = () => '# The `tidy` rules, in short\n'
    const check = (text: string) => checkLinks('docs/a.md', text, readText)
    expect(check('[x](../LICENSE) [y](https://example.org/nothing)')).toEqual([])
    expect(check('[x](nowhere.md)')).toHaveLength(1)
    expect(check('`[x](nowhere.md)`')).toEqual([])
    expect(check('[x](../CHANGELOG.md#the-tidy-rules-in-short)')).toEqual([])
    expect(check('[x](../CHANGELOG.md#other)')).toHaveLength(1)
  })
})
