/**
 * A picture of rounds: time from left to right, a lane for each worker. In a lane, groups as wide as
 * their share of the gas that the worker used in the time that it was busy.
 */

const SVG = 'http://www.w3.org/2000/svg'
const WIDTH = 1000
/** For the names of workers. */
const MARGIN = 70
const LANE = 22
const GAP = 4
const HEAD = 18
/** A round that is too short to be seen is drawn as wide as this. */
const LEAST_WIDTH = 2
/** Groups narrower than this are drawn as one. */
const LEAST_GROUP = 2
const LEAST_LABELLED = 55

function draw(name, attributes, ...children) {
  const shape = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value))
  shape.append(...children)
  return shape
}

const title = (text) => draw('title', {}, text)

/**
 * @param rounds {round, messageCount, ms, busyMs: one for each worker, groups: [{recipient,
 *   messages, gasUsed, worker}]}
 */
export function drawTimeline(rounds) {
  const workers = rounds[0].busyMs.length
  const total = rounds.reduce((sum, { ms }) => sum + ms, 0) || 1
  const groups = rounds.reduce((sum, round) => sum + round.groups.length, 0)
  const height = HEAD + (LANE + GAP) * workers
  const words =
    `Timeline: ${rounds.length} rounds with ${groups} groups on ${workers} workers in ` +
    `${total.toFixed(1)} milliseconds`
  const attributes = { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': words }
  const picture = draw('svg', attributes)
  for (let worker = 0; worker < workers; worker++) {
    const y = HEAD + worker * (LANE + GAP) + LANE / 2
    picture.append(draw('text', { x: 0, y, class: 'worker' }, `worker ${worker}`))
  }
  const scale = (WIDTH - MARGIN) / total
  let left = MARGIN
  for (const round of rounds) {
    const width = round.ms * scale
    picture.append(drawRound(round, left, width, scale))
    left += width
  }
  return picture
}

function drawRound({ busyMs, groups, messageCount, ms, round }, left, width, scale) {
  const shape = draw('g', { class: 'round' })
  const tip = `round ${round}: ${messageCount} messages, ${groups.length} groups, ${ms.toFixed(2)} ms`
  if (width > LEAST_LABELLED) {
    shape.append(draw('text', { x: left, y: HEAD - 6 }, `round ${round}`))
  }
  busyMs.forEach((busy, worker) => {
    const y = HEAD + worker * (LANE + GAP)
    const lane = { x: left, y, width: Math.max(width - 1, LEAST_WIDTH), height: LANE, class: 'lane' }
    shape.append(draw('rect', lane, title(tip)))
    const run = groups.filter((group) => group.worker === worker)
    if (run.length > 0) shape.append(...drawGroups(run, left, y, Math.max(busy * scale, LEAST_WIDTH)))
  })
  return shape
}

/** Workers begin with the largest groups. */
function drawGroups(groups, left, y, width) {
  const sorted = [...groups].sort((a, b) => b.gasUsed - a.gasUsed)
  const gas = sorted.reduce((sum, { gasUsed }) => sum + gasUsed, 0) || 1
  const shapes = []
  const rect = (x, size, kind, tip) => {
    const attributes = { x, y, width: Math.max(size - 0.5, 0.5), height: LANE, class: kind }
    shapes.push(draw('rect', attributes, title(tip)))
  }
  let x = left
  for (const [i, { gasUsed, messages, recipient }] of sorted.entries()) {
    const size = (gasUsed / gas) * width
    if (size < LEAST_GROUP && i < sorted.length - 1) {
      rect(x, left + width - x, 'others', `${sorted.length - i} smaller groups`)
      break
    }
    rect(x, size, i % 2 === 0 ? 'even' : 'odd', `${recipient}: ${messages} messages, ${gasUsed} gas`)
    x += size
  }
  return shapes
}
