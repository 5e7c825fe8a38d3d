/** What may come of an input: a result, or an error that is typed and short. */

export const MAX_MESSAGE = 4_096

/** @throws an error that is not typed, or whose text is long */
export function attempt(use: () => void): void {
  try {
    use()
  } catch (error) {
    checkError(error)
  }
}

export async function attemptLater(use: () => Promise<unknown>): Promise<void> {
  try {
    await use()
  } catch (error) {
    checkError(error)
  }
}

/** What is wrong with what an input has brought about. */
export class Fault extends Error {}

/** The tests load sources and what was built of them: a class of each, so its code tells. */
function checkError(error: unknown): void {
  if (error instanceof Fault) throw error
  const { code, message, name } = error as { code?: unknown; message?: string; name?: string }
  const isTyped = error instanceof Error && typeof code === 'string' && /^[A-Z_]+$/.test(code)
  if (!isTyped || code.startsWith('ERR_') || code === 'ENGINE_FAULT') {
    const what = `not a typed error: ${name}: ${String(message).slice(0, 200)}`
    throw new Fault(what, { cause: error })
  }
  const size = JSON.stringify(error).length + message!.length
  if (size > MAX_MESSAGE) throw new Fault(`${code} takes ${size} characters`)
}
