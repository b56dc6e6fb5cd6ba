import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { operations } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { generatedFiles } from './docs/generated.ts'
import { defaultText, valueText } from './docs/markdown.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const generated = [...(await generatedFiles())]

describe('what is generated', () => {
  it.each(generated)('%s is up to date (node scripts/docs.ts)', (path, content) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content)
  })
})

describe('the adjustments of other services', () => {
  it('name only operations and parameters that exist', () => {
    const text = readFileSync(join(root, 'docs/reference/adjustments.md'), 'utf8')
    const names = operations.flatMap(({ op, params }) => [
      op,
      ...Object.keys(params.shape).map((name) => `${op}.${name}`),
    ])
    const targets = text
      .split('\n')
      .map((line) => /^\|(?:[^|]*\|){2}(.*)\|[^|]*\|$/.exec(line)?.[1] ?? '')
      .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
    expect(targets.length).toBeGreaterThan(80)
    expect(targets.filter((name) => !names.includes(name))).toEqual([])
  })
})

/** Read by the tests and by the command line, not by the server. */
const elsewhere: ReadonlySet<string> = new Set([
  'FOVEA_TEST_POSTGRES_URL',
  'FOVEA_API_URL',
  'FOVEA_API_KEY',
  'FOVEA_PASSWORD',
  'FOVEA_PROFILE',
])

describe('the documents', () => {
  const documents = [
    'README.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => `docs/${path}`),
  ]

  it.each(documents)('%s has no broken link', (document) => {
    const text = readFileSync(join(root, document), 'utf8')
    const targets = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(
      ([, target]) => target ?? '',
    )
    const broken = targets.filter((target) => !existsSync(join(root, dirname(document), target)))
    expect(broken).toEqual([])
  })

  it.each(documents)('%s names only settings that exist', (document) => {
    const text = readFileSync(join(root, document), 'utf8')
    const known = readFileSync(join(root, 'docs/reference/configuration.md'), 'utf8')
    const named = new Set(text.match(/\bFOVEA_[A-Z_]*[A-Z]\b/g) ?? [])
    expect([...named].filter((name) => !elsewhere.has(name) && !known.includes(`\`${name}\``))).toEqual([])
  })
})

describe('valueText', () => {
  it.each([
    [{ type: 'integer', minimum: 1, maximum: 100, unit: 'px' }, 'whole number, 1 to 100 px'],
    [{ type: 'integer', exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'whole number, from 1'],
    [{ type: 'number', minimum: 0.3, maximum: 1000 }, 'number, 0.3 to 1000'],
    [{ enum: ['a', 'b'] }, '`a`, `b`'],
    [{ type: 'string', unit: 'css-color' }, 'CSS colour'],
  ])('%j', (schema, text) => {
    expect(valueText(schema)).toBe(text)
  })

  it('tells an empty default from none', () => {
    expect([defaultText(''), defaultText(undefined), defaultText(0)]).toEqual(['empty', '–', '`0`'])
  })
})
