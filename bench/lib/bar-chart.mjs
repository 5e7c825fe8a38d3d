// Bars on a logarithmic scale, as SVG.
const WIDTH = 900
const LEFT = 200
const RIGHT = 70
const TOP = 70
const BOTTOM = 30
const BAR = 9
const ROW = 2 * BAR + 5
const GROUP = 20
const COLOURS = ['#1f6feb', '#d29922']

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/**
 * @param title one line
 * @param unit of the values
 * @param series names, at most two
 * @param groups `{name, rows: [{name, values}]}` each; values in the order of the series. Values
 *   below `least` are drawn as that
 */
export function barChart({ title, unit, series, groups, least }) {
  const most = Math.max(...groups.flatMap(({ rows }) => rows.flatMap(({ values }) => values)))
  const first = Math.floor(Math.log10(least))
  const last = Math.ceil(Math.log10(most))
  const x = (value) =>
    LEFT + ((Math.log10(Math.max(value, least)) - first) / (last - first)) * (WIDTH - LEFT - RIGHT)
  const body = []
  let y = TOP
  for (const group of groups) {
    body.push(`<text x="8" y="${y + 13}" class="group">${escaped(group.name)}</text>`)
    y += GROUP
    for (const row of group.rows) {
      body.push(...bars(row, x, y, least))
      y += ROW
    }
  }
  const parts = [...grid(first, last, x, y), ...legend(title, unit, series), ...body]
  const height = y + BOTTOM
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escaped(title)}</title>
<style>
text { font: 11px system-ui, sans-serif; fill: #24292f }
.group { font-weight: bold }
.name { font-size: 10px }
.value { font-size: 9px }
.name { text-anchor: end }
.tick { text-anchor: middle; fill: #57606a }
.title { font-size: 14px; font-weight: bold }
line { stroke: #d0d7de }
</style>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`
}

function bars({ name, values }, x, y, least) {
  const drawn = values.map((value, i) => {
    const end = x(value)
    const top = y + i * BAR
    const width = Math.max(1, end - LEFT).toFixed(1)
    const label = value < least ? `&lt; ${least}` : value.toFixed(value < 100 ? 1 : 0)
    return [
      `<rect x="${LEFT}" y="${top}" width="${width}" height="${BAR - 1}" fill="${COLOURS[i]}"/>`,
      `<text x="${(end + 4).toFixed(1)}" y="${top + 8}" class="value">${label}</text>`,
    ].join('')
  })
  return [`<text x="${LEFT - 6}" y="${y + 12}" class="name">${escaped(name)}</text>`, ...drawn]
}

function grid(first, last, x, bottom) {
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = 10 ** (first + i)
    const at = x(value).toFixed(1)
    const label = value.toLocaleString('en-US')
    return [
      `<line x1="${at}" y1="${TOP - 6}" x2="${at}" y2="${bottom}"/>`,
      `<text x="${at}" y="${TOP - 10}" class="tick">${label}</text>`,
    ].join('')
  })
}

function legend(title, unit, series) {
  const entries = series.map((name, i) => {
    const at = LEFT + 180 * i
    return [
      `<rect x="${at}" y="32" width="12" height="8" fill="${COLOURS[i]}"/>`,
      `<text x="${at + 18}" y="40">${escaped(name)}, ${escaped(unit)}</text>`,
    ].join('')
  })
  return [`<text x="8" y="20" class="title">${escaped(title)}</text>`, ...entries]
}
