// Medians and spread. The contestants of a comparison take turns within one run, so that a machine
// that drifts is unfair to none; what counts is the ratio of their medians. tinybench runs one task
// to its end before the next, which a machine that drifts makes unfair.

export function summarize(samples) {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
  return { median: at(0.5), min: sorted[0], max: sorted.at(-1), runs: sorted.length }
}

/** @param contestants functions that return (a promise of) milliseconds
 *  @returns a summary for each, in order */
export async function takeTurns(contestants, { warmups = 2, runs = 9 } = {}) {
  const samples = contestants.map(() => [])
  for (let run = -warmups; run < runs; run++) {
    for (const [i, contestant] of contestants.entries()) {
      const ms = await contestant()
      if (run >= 0) samples[i].push(ms)
    }
  }
  return samples.map(summarize)
}
