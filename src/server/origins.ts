/**
 * Who may speak to a server. A page of anybody's can send requests to the reader's own machine, and
 * name it as a host of its own (DNS rebinding): both say so in their headers.
 */

import { InvalidInputError } from '../base/errors.js'

export interface Admission {
  /** Whether the host that a request names is this server. */
  isHost(host: string | undefined): boolean
  /** Whether pages of an origin may ask; what is no page names none. */
  isOrigin(origin: string | undefined): boolean
}

const LOOPBACK = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i
/** Wallets in a browser. */
const EXTENSION = /^[a-z]+(-[a-z]+)*-extension:$/
const ANY = '*'

/**
 * @param host which the server listens at
 * @param allowed origins beside those of this machine and of browsers' extensions; `*`: all
 * @param hosts names of the server beside loopback and `host`; `*`: all
 */
export function admissionOf(
  host: string,
  allowed: readonly string[],
  hosts: readonly string[],
): Admission {
  const origins = new Set(allowed.map(readOrigin))
  const names = new Set([host, ...hosts].map((name) => name.toLowerCase()))
  return {
    isHost(text) {
      if (names.has(ANY)) return true
      const name = text === undefined ? undefined : urlOf(`http://${text}`)?.hostname
      if (name === undefined) return false
      return LOOPBACK.test(name) || names.has(name) || names.has(name.replace(/^\[|\]$/g, ''))
    },
    isOrigin(text) {
      if (text === undefined || origins.has(ANY) || origins.has(text.toLowerCase())) return true
      const url = urlOf(text)
      if (url === undefined) return false
      return EXTENSION.test(url.protocol) || LOOPBACK.test(url.hostname)
    },
  }
}

function readOrigin(text: string): string {
  if (text === ANY || text === 'null') return text
  const url = urlOf(text)
  if (url === undefined || url.host === '') {
    const expected = 'an origin such as https://example.org, or *'
    const details = { place: { field: 'options.cors' }, expected, got: text }
    throw new InvalidInputError('invalid origin', details)
  }
  return `${url.protocol}//${url.host}`
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
