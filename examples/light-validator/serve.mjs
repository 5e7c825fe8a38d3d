// Serves this page on the loopback interface, with the two headers that shared memory needs.
//   node examples/light-validator/serve.mjs [port]
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, normalize } from 'node:path'

const ROOT = new URL('../../', import.meta.url)
const PAGE = '/examples/light-validator/index.html'
const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' }
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const path = normalize(pathname === '/' ? PAGE : pathname)
  try {
    const isServed = /^\/(dist|examples\/light-validator)\//.test(path)
    const body = isServed ? await readFile(new URL(`.${path}`, ROOT)) : undefined
    if (body === undefined) throw new Error('not served')
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    response.writeHead(200, { 'Content-Type': type, ...HEADERS }).end(body)
  } catch {
    response.writeHead(404, HEADERS).end()
  }
})
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  console.log(`http://localhost:${server.address().port}${PAGE}`)
})
