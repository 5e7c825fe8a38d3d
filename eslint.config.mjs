// Rules of code: `npm run lint`. Those of layout, which `npm run format` mends, are in
// eslint.layout.mjs; rules about the house as a whole (rooms, links) are in tools/tidy.mjs.
import js from '@eslint/js'
import stylistic from '@stylistic/eslint-plugin'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import { IGNORED, LAYOUT, PARSER } from './eslint.layout.mjs'

const CODE = ['**/*.{ts,mjs}']
const ROOT = import.meta.dirname
/** `_` takes the place of what is of no use. */
const UNUSED = { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_$' }
/** Words for work that was left. */
const LEFT_OPEN = ['todo', 'fixme', 'xxx', 'hack']

const [, , { rules: typescriptRules }] = tseslint.configs.recommended

/** The code must mean the same with its types cut out. */
const ERASABLE = [
  { selector: 'TSEnumDeclaration', message: 'No enum: it is more than a type.' },
  { selector: 'TSModuleDeclaration', message: 'No namespace: it is more than a type.' },
]

const RULES = {
  files: CODE,
  plugins: { '@stylistic': stylistic, '@typescript-eslint': tseslint.plugin },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    ...js.configs.recommended.rules,
    ...typescriptRules,
    // A line may be longer for one token that cannot be broken: an address, a hash, a test vector
    '@stylistic/max-len': ['error', { code: 100, ignorePattern: '\\S{60,}' }],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'max-lines': ['warn', { max: 300 }],
    'no-var': 'error',
    'no-warning-comments': ['error', { terms: LEFT_OPEN, location: 'anywhere' }],
    'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
    '@typescript-eslint/no-unused-vars': ['error', UNUSED],
    // The compiler knows better
    'no-redeclare': 'off',
    'no-undef': 'off',
  },
}

/** No compiler looks at these, so that names are checked here. */
const JAVASCRIPT = {
  files: ['**/*.mjs'],
  languageOptions: { globals: { ...globals.node, ...globals.browser } },
  rules: { 'no-redeclare': 'error', 'no-undef': 'error' },
}

/** What is right of TypeScript and no matter to AssemblyScript, whose types are of machines. */
const ASSEMBLY = {
  files: ['assembly/**/*.ts'],
  rules: {
    '@typescript-eslint/ban-ts-comment': 'off',
    eqeqeq: 'off',
    'no-console': 'error',
    // Constants have 64 bits
    'no-loss-of-precision': 'off',
    // Rows of like lines stay alike
    'prefer-const': 'off',
  },
}

/** Rules that ask the compiler for types. */
const TYPED = {
  files: ['src/**/*.ts'],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: ROOT } },
  rules: {
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
  },
}

const SRC = {
  files: ['src/**/*.ts'],
  ignores: ['**/*.d.ts'],
  rules: {
    'no-restricted-syntax': ['error', ...ERASABLE],
    'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
  },
}

/** The command line speaks to a person; everything else keeps quiet. */
const QUIET = {
  files: ['src/**/*.ts'],
  ignores: ['src/cli.ts', 'src/cli/**', 'src/base/warn.ts'],
  rules: { 'no-console': 'error' },
}

const FOCUSED = ['it', 'test', 'describe'].map((object) => ({
  object,
  property: 'only',
  message: 'It hides the other tests.',
}))

const TESTS = {
  files: ['test/**/*.{ts,mjs}', 'bench/**/*.mjs'],
  rules: {
    '@typescript-eslint/no-explicit-any': 'off',
    '@typescript-eslint/no-this-alias': 'off',
    'no-control-regex': 'off',
    // The same question to a source of chance has another answer
    'no-dupe-else-if': 'off',
    'no-restricted-properties': ['error', ...FOCUSED],
    // A fault outranks the error that led to it
    'no-unsafe-finally': 'off',
  },
}

export default [
  IGNORED, PARSER, ...LAYOUT, RULES, JAVASCRIPT, ASSEMBLY, TYPED, SRC, QUIET, TESTS,
]
