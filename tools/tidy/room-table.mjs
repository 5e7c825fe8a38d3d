// The table of rooms in docs/ARCHITECTURE.md says what tools/tidy/arrows.mjs holds.
import { SRC_ARROWS } from './arrows.mjs'

export const ROOM_TABLE = 'docs/ARCHITECTURE.md'

/** `base` and the abi are for everybody, and stand in no row. */
const isTold = (name) => name !== 'abi' && !name.includes('/')

/** @returns {string[]} `file: what` for each room whose row is missing or says something else */
export function checkRoomTable(markdown) {
  const rows = new Map(
    [...markdown.matchAll(/^\| `(src\/[\w*-]+)` \|.*\| ([^|]+) \|$/gm)].map(([, room, cell]) => [
      room,
      cell,
    ]),
  )
  return Object.entries(SRC_ARROWS).flatMap(([room, arrows]) => {
    if (/\.\w+$/.test(room)) return []
    const expected = arrows.filter(isTold).sort().join(', ') || 'nothing'
    const found = rows.get(room)
    if (found === expected) return []
    return [`${ROOM_TABLE}: the row of ${room} must end with "${expected}", not "${found}"`]
  })
}
