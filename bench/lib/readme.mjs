// The figures in bench/README.md: what stands between the markers is written by `--write`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const README = fileURLToPath(new URL('../README.md', import.meta.url))
const BEGIN = '<!-- figures: written by bench/run.mjs --write -->'
const END = '<!-- end of figures -->'

/** @param file its name, beside README.md */
export function writePicture({ file, svg }) {
  writeFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), svg)
}

/**
 * @param origin machine, commit and command in one line
 * @param tables `{name, title, text}` each
 */
export function writeFigures(origin, tables) {
  const readme = readFileSync(README, 'utf8')
  const [before, rest] = readme.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`${README} has no markers for the figures`)
  const sections = tables.map(
    ({ name, title, text }) => `### ${name}: ${title}\n\n\`\`\`\n${unindent(text)}\n\`\`\`\n`,
  )
  const figures = `${BEGIN}\n\n${origin}\n\n${sections.join('\n')}\n`
  writeFileSync(README, `${before}${figures}${END}${after}`)
}

const unindent = (text) => text.replaceAll(/^ {2}/gm, '')
