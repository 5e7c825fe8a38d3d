/** A server that cannot listen. */

import { ActorEvmError, type ErrorDetails } from '../base/errors.js'

/** The address cannot be listened at: its port is in use, or it is none of this machine's. */
export class ServerError extends ActorEvmError {
  constructor(what: string, details?: ErrorDetails) {
    super('SERVER', what, details)
    this.name = 'ServerError'
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; end the program that has it, or take another (--port; 0: any)',
  EACCES: 'no right to use the port; take one from 1024 on',
  EADDRNOTAVAIL: 'the host is no address of this machine; 127.0.0.1 and 0.0.0.0 are',
  ENOTFOUND: 'the host has no address',
}

/** What listening has thrown, in words that help. */
export function asServerError(error: unknown, host: string, port: number): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  const reason = REASONS[code]
  if (reason === undefined) return error
  return new ServerError(`cannot listen at ${host}:${port}: ${reason}`, { cause: error })
}
