#!/usr/bin/env node
// Checks the core as TypeScript with AssemblyScript's types, as an editor does by
// assembly/tsconfig.json. The compiler of AssemblyScript has the last word; this one also finds
// names that are not used, and paths that return nothing.
import ts from 'typescript'
import { fail, inRoot, say } from './project.mjs'

/** `Decorators are not valid here`: AssemblyScript has them before functions. */
const DECORATORS = 1206

const host = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: ({ messageText }) => fail(`assembly: ${messageText}`),
}
const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(
  inRoot('assembly/tsconfig.json'), {}, host,
)
const problems = ts
  .getPreEmitDiagnostics(ts.createProgram(fileNames, options))
  .filter(({ code }) => code !== DECORATORS)
const format = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => inRoot(),
  getNewLine: () => '\n',
}
if (problems.length > 0) fail(ts.formatDiagnostics(problems, format))
say(`assembly: no problems in ${fileNames.length} files`)
