// Compiles AssemblyScript in this process and also reports the functions that were compiled.
import { mkdirSync } from 'node:fs'
import asc from 'assemblyscript/asc'
import { ROOT, inRoot } from './project.mjs'

/**
 * Runs asc in the project's root.
 * @param {string[]} args asc arguments; `asconfig.json` applies where they name a target or config
 * @returns {Promise<{functionNames: string[], output: string}>} names before optimisation (which
 *   drops them), and asc's messages
 * @throws Error with asc's messages if compilation fails
 */
export async function compileCore(args) {
  const functionNames = []
  class ListFunctions {
    afterCompile(module) {
      for (let i = 0, count = module.getNumFunctions(); i < count; i++) {
        functionNames.push(this.binaryen.getFunctionInfo(module.getFunctionByIndex(i)).name)
      }
    }
  }
  mkdirSync(inRoot('build'), { recursive: true })
  const { error, stdout, stderr } = await asc.main([...args, '--baseDir', ROOT], {
    stdout: asc.createMemoryStream(),
    stderr: asc.createMemoryStream(),
    transforms: [ListFunctions],
  })
  const output = `${stdout}${stderr}`.trim()
  if (error) throw new Error(`asc ${args.join(' ')}: ${error.message}\n${output}`)
  return { functionNames, output }
}
