/** List scheduling (Graham, 1966): what claiming from a common list comes to. */

/**
 * The time until all is done, where each worker takes the next job as soon as it is free.
 * @param jobs what each job costs, in the order in which they are claimed
 * @param workers at least 1
 * @returns in the unit of the costs
 */
export function makespan(jobs: readonly number[], workers: number): number {
  const ends = new Float64Array(Math.min(workers, jobs.length))
  for (const job of jobs) {
    let earliest = 0
    for (let i = 1; i < ends.length; i++) if (ends[i]! < ends[earliest]!) earliest = i
    ends[earliest]! += job
  }
  return ends.reduce((last, end) => Math.max(last, end), 0)
}
