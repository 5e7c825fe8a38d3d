// The tables of rooms in docs/ARCHITECTURE.md say what tools/tidy/arrows.mjs holds.
import { ASSEMBLY_ARROWS, SRC_ARROWS } from './arrows.mjs'

export const ROOM_TABLE = 'docs/ARCHITECTURE.md'

/** `base` and the abi are for everybody, and stand in no row. */
const isTold = (name) => name !== 'abi' && !name.includes('/')

/** @returns {string[]} `file: what` for each room whose row is missing or says something else */
export function checkRoomTable(markdown) {
  const row = /^\| `((?:src|assembly)\/[\w*-]+)` \|.*\| ([^|]+) \|$/gm
  const rows = new Map([...markdown.matchAll(row)].map(([, room, cell]) => [room, cell]))
  return Object.entries({ ...ASSEMBLY_ARROWS, ...SRC_ARROWS }).flatMap(([room, arrows]) => {
    if (/\.\w+$/.test(room)) return []
    const expected = arrows.filter(isTold).sort().join(', ') || 'nothing'
    const found = rows.get(room)
    if (found === expected) return []
    return [`${ROOM_TABLE}: the row of ${room} must end with "${expected}", not "${found}"`]
  })
}

/** How far above the ground a room stands: one more than the highest that it imports. */
function levelOf(arrows, room) {
  const half = room.split('/')[0]
  const below = arrows[room].filter(isTold).map((name) => levelOf(arrows, `${half}/${name}`))
  return Math.max(0, ...below.map((level) => level + 1))
}

/**
 * The rooms of one half, level by level from the top to the bottom: a room imports only what stands
 * in lines below its own.
 * @param {Record<string, string[]>} arrows
 */
export function drawRooms(arrows) {
  const levels = []
  for (const room of Object.keys(arrows)) {
    if (/\.\w+$/.test(room)) continue
    const level = levelOf(arrows, room)
    levels[level] = [...(levels[level] ?? []), room.split('/')[1]]
  }
  return levels.map((rooms) => `    ${rooms.join('   ')}`).reverse().join('\n')
}

/** @returns {string[]} `file: what` for each half whose rooms are not drawn as they stand */
export function checkRoomDrawings(markdown) {
  return Object.entries({ assembly: ASSEMBLY_ARROWS, src: SRC_ARROWS })
    .filter(([, arrows]) => !markdown.includes(`\n${drawRooms(arrows)}\n`))
    .map(([half, arrows]) => `${ROOM_TABLE}: ${half} must be drawn as\n${drawRooms(arrows)}`)
}
