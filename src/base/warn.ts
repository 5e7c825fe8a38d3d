/** What a programmer should know and is no error. The only place that writes to the console. */

const said = new Set<string>()

/** Says a text once. */
export function warnOnce(text: string): void {
  if (said.has(text)) return
  said.add(text)
  console.warn(`actor-evm: ${text}`)
}
