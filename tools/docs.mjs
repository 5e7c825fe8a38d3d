#!/usr/bin/env node
// The API reference from docstrings: pages in build/docs, and the tables of docs/OPTIONS.md. Each
// public class, function and type must have a docstring, each option too; warnings are errors.
// `--check` writes nothing, and fails where docs/OPTIONS.md says something else.
import { readFileSync, writeFileSync } from 'node:fs'
import { Application, ReflectionKind, TSConfigReader, TypeDocReader } from 'typedoc'
import { fail, inRoot, say } from './project.mjs'

const TABLES = 'docs/OPTIONS.md'
/** Types of options, and who takes them. */
const OPTIONS = {
  EngineOptions: '`createEngine`',
  PrecompileInput: '`precompiles` of an engine',
  ProtocolParameters: '`parameters` of an engine or a validator',
  LoadOptions: '`engine.loadGenesis`',
  PrepareOptions: '`engine.prepareBlock`',
  ExecuteOptions: '`engine.executeBlock`',
  ProduceOptions: '`engine.produceBlock`',
  ValidatorOptions: '`createValidator` and `validateBlock`',
}
const HEAD = `# Options

Written by \`npm run docs\` from the docstrings. Keys that are not here are errors.
`

/** The text of a docstring as one cell of a table. */
function cellOf(property) {
  const parts = property.comment?.summary ?? []
  if (parts.length === 0) fail(`docs: ${property.getFullName()} has no docstring`)
  return parts
    .map(({ text }) => text)
    .join('')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim()
}

function tableOf(project, name) {
  const found = project.getReflectionsByKind(ReflectionKind.Interface)
  const type = found.find((it) => it.name === name)
  if (type === undefined) return fail(`docs: there is no type ${name}`)
  const rows = type.children.map((property) => {
    const isNeeded = !property.flags.isOptional
    return `| \`${property.name}\`${isNeeded ? ' (needed)' : ''} | ${cellOf(property)} |`
  })
  return `\n## ${name}, of ${OPTIONS[name]}\n\n| key | meaning |\n|---|---|\n${rows.join('\n')}\n`
}

const isCheck = process.argv.includes('--check')
const app = await Application.bootstrap({ options: inRoot('typedoc.json'), logLevel: 'Warn' }, [
  new TypeDocReader(),
  new TSConfigReader(),
])
const project = await app.convert()
if (project === undefined) fail('docs: the sources do not compile')
app.validate(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) fail('docs: warnings are errors')
const tables = HEAD + Object.keys(OPTIONS).map((name) => tableOf(project, name)).join('')
if (!isCheck) {
  await app.generateOutputs(project)
  writeFileSync(inRoot(TABLES), tables)
  say(`docs: ${TABLES} and build/docs`)
} else if (readFileSync(inRoot(TABLES), 'utf8') !== tables) {
  fail(`docs: ${TABLES} is not what the docstrings say; npm run docs writes it`)
}
