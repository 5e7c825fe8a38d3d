// A function run in a page of a real browser, with the light validator of dist/browser/.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu']
const DIST = new URL('../../dist/browser/', import.meta.url)
const TYPES = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' }
/** Those that shared memory needs. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}
const PAGE = '<!doctype html><title>bench</title><link rel="icon" href="data:," />'

/**
 * @param files name → bytes, which the script gets as `files`
 * @param parameters plain data that it gets beside `files` and `light`
 * @param script a function that refers to nothing outside itself
 * @returns what it returns, or undefined if there is no Chromium
 */
export async function inChromium({ files, parameters, script }) {
  if (!existsSync(CHROMIUM_PATH)) return undefined
  const server = await serve(files)
  const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: ARGUMENTS })
  try {
    const page = await browser.newPage()
    await page.goto(`http://localhost:${server.address().port}/page.html`)
    return await page.evaluate(
      async ({ names, given, source }) => {
        const light = await import('/dist/light.js')
        const read = async (name) => new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer())
        const entries = await Promise.all(names.map(async (name) => [name, await read(name)]))
        const run = new Function(`return (${source})`)()
        return run({ ...given, light, files: Object.fromEntries(entries) })
      },
      { names: Object.keys(files), given: parameters, source: script.toString() },
    )
  } finally {
    await browser.close()
    server.close()
  }
}

async function serve(files) {
  const read = async (path) => {
    if (path === '/page.html') return PAGE
    const file = files[path.slice(1)]
    if (file !== undefined) return file
    const name = /^\/dist\/([\w.-]+)$/.exec(path)?.[1]
    if (name === undefined) throw new Error(`nothing is served at ${path}`)
    return readFile(new URL(name, DIST))
  }
  const server = createServer((request, response) => {
    read(request.url).then(
      (body) => {
        const type = TYPES[request.url.split('.').pop()] ?? 'application/octet-stream'
        response.writeHead(200, { 'Content-Type': type, ...HEADERS }).end(body)
      },
      () => response.writeHead(404, HEADERS).end(),
    )
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
