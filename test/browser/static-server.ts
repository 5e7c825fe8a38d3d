import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** Without both of the first two a page gets no SharedArrayBuffer. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

export interface StaticServer {
  readonly origin: string
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/**
 * Serves files of `folders` (URL prefix → folder) and `documents` (URL path → text) on a free port
 * of the loopback interface.
 * @param headers of every response; by default those of a page that is cross-origin isolated
 */
export async function serve(
  folders: Record<string, string>,
  documents: Record<string, string>,
  headers: Record<string, string> = ISOLATION_HEADERS,
): Promise<StaticServer> {
  const read = async (path: string): Promise<Uint8Array | string> => {
    const document = documents[path]
    if (document !== undefined) return document
    const prefixes = Object.keys(folders).filter((prefix) => path.startsWith(prefix))
    const prefix = prefixes.sort((a, b) => b.length - a.length)[0]
    if (prefix === undefined) throw new Error(`nothing is served at ${path}`)
    return readFile(join(folders[prefix]!, normalize(`/${path.slice(prefix.length)}`)))
  }
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    requests.push(path)
    read(path).then(
      (body) => {
        const type = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream'
        response.writeHead(200, { 'Content-Type': type, ...headers }).end(body)
      },
      () => response.writeHead(404, headers).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, requests, close: () => closeServer(server) }
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve, reject) =>
    server.close((error) => (error === undefined ? resolve() : reject(error))),
  )
}
