/** The forks that change what code does, in order, by the names of both engines. */
export const FORKS = [
  'homestead',
  'tangerineWhistle',
  'spuriousDragon',
  'byzantium',
  'constantinople',
  'petersburg',
  'istanbul',
  'berlin',
  'london',
  'paris',
  'shanghai',
  'cancun',
  'prague',
  'osaka',
]

/** @returns {boolean} whether `fork` is `other` or later */
export function isFrom(fork, other) {
  return FORKS.indexOf(fork) >= FORKS.indexOf(other)
}
