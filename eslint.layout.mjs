// How code is laid out: `npm run format` writes it. The rules mend what breaks them and leave all
// else, so that lists and columns of sums keep their lines (docs/decisions/0011-tools.md).
import stylistic from '@stylistic/eslint-plugin'
import tseslint from 'typescript-eslint'

export const IGNORED = {
  ignores: ['dist/', 'build/', 'coverage/', '**/*.generated.ts', '**/fixtures/'],
}

/** Parses AssemblyScript, too, whose decorators may stand before functions. */
export const PARSER = {
  files: ['**/*.{ts,mjs}'],
  languageOptions: { parser: tseslint.parser, parserOptions: { allowInvalidAST: true } },
}

/** `function* name`, and `*name` of methods. */
const GENERATOR_STAR = { named: 'after', anonymous: 'after', method: 'before', shorthand: 'before' }

const { rules: customized } = stylistic.configs.customize({
  arrowParens: true,
  braceStyle: '1tbs',
  indent: 2,
  quoteProps: 'as-needed',
  quotes: 'single',
  semi: false,
})

export const LAYOUT = [
  {
    files: ['**/*.{ts,mjs}'],
    plugins: { '@stylistic': stylistic },
    rules: {
      ...customized,
      '@stylistic/quotes': [
        'error', 'single', { avoidEscape: true, allowTemplateLiterals: 'always' },
      ],
      '@stylistic/member-delimiter-style': [
        'error',
        {
          multiline: { delimiter: 'none' },
          singleline: { delimiter: 'semi', requireLast: false },
        },
      ],
      // Lists may fill their lines, as names of imports and columns of sums do here
      '@stylistic/list-style': 'off',
      'array-bracket-spacing': ['error', 'never'],
      'object-curly-spacing': ['error', 'always'],
      '@stylistic/operator-linebreak': 'off',
      '@stylistic/indent-binary-ops': 'off',
      '@stylistic/multiline-ternary': 'off',
      '@stylistic/max-statements-per-line': 'off',
      '@stylistic/no-mixed-operators': 'off',
      '@stylistic/generator-star-spacing': ['error', GENERATOR_STAR],
    },
  },
  {
    files: ['assembly/**/*.ts'],
    rules: {
      '@stylistic/semi': ['error', 'always'],
      // The rule takes the bracket of `<u64>a < b` for the operator
      '@stylistic/space-infix-ops': ['error', { ignoreOperators: ['<', '>'] }],
    },
  },
  // A table in columns
  { files: ['**/instruction-table.ts'], rules: { '@stylistic/no-multi-spaces': 'off' } },
]

export default [IGNORED, PARSER, ...LAYOUT]
