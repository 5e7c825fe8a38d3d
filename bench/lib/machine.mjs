// What a figure was measured on: without it a figure says nothing.
import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'

function commitOf() {
  try {
    const run = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim()
    const changed = run('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' + changes'
    return run('rev-parse', '--short', 'HEAD') + changed
  } catch {
    return 'unknown'
  }
}

/** Processor, cores, runtime, commit, and the load that the machine had beside us at the start. */
export function describeMachine() {
  return {
    processor: cpus()[0]?.model.trim() ?? process.arch,
    cores: availableParallelism(),
    node: process.versions.node,
    v8: process.versions.v8,
    commit: commitOf(),
    load: loadavg()[0].toFixed(1),
  }
}

export function machineLine({ processor, cores, node, v8, commit, load }) {
  return `${processor}, ${cores} cores, Node ${node} (V8 ${v8}), commit ${commit}, load ${load}`
}
