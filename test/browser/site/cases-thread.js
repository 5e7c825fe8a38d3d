// The engine in a worker of the page, which stays free for its user; its threads are nested.
import { createEngine } from '/dist/browser/index.js'
import { runFetchedCases } from '/run-cases.js'

self.onmessage = async ({ data: options }) => {
  self.postMessage(await runFetchedCases(createEngine, options))
}
