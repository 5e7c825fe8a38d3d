/** A picture of rounds: time from left to right, a lane for each worker, bars while it was busy. */

const SVG = 'http://www.w3.org/2000/svg'
const WIDTH = 1000
const LANE = 18
const HEAD = 16
/** A round that is too short to be seen is drawn as wide as this. */
const LEAST_WIDTH = 2

function draw(name, attributes, text) {
  const shape = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value))
  if (text !== undefined) shape.textContent = text
  return shape
}

/** @param rounds {round, groupCount, messageCount, ms, busyMs: one for each worker} */
export function drawTimeline(rounds) {
  const workers = rounds[0].busyMs.length
  const total = rounds.reduce((sum, { ms }) => sum + ms, 0) || 1
  const height = HEAD + LANE * workers
  const label = `Rounds ${rounds.length}, workers ${workers}, ${total.toFixed(1)} ms`
  const picture = draw('svg', { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': label })
  let left = 0
  for (const { busyMs, groupCount, messageCount, ms, round } of rounds) {
    const width = (ms / total) * WIDTH
    const group = draw('g', {})
    const tip = `round ${round}: ${messageCount} messages, ${groupCount} groups, ${ms.toFixed(2)} ms`
    group.append(draw('title', {}, tip))
    if (width > 30) group.append(draw('text', { x: left + 2, y: HEAD - 4 }, String(round)))
    busyMs.forEach((busy, worker) => {
      const y = HEAD + worker * LANE
      const lane = { x: left, y, width: Math.max(width - 1, 0), height: LANE - 2, class: 'lane' }
      const bar = { ...lane, width: Math.max((busy / total) * WIDTH, LEAST_WIDTH), class: 'bar' }
      group.append(draw('rect', lane))
      if (busy > 0) group.append(draw('rect', bar))
    })
    picture.append(group)
    left += width
  }
  return picture
}
