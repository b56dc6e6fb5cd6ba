/** The recipes of docs/guide/recipes.md on a fresh server: each as it stands there, and each result as its table says. */
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

interface Row {
  /** `–` for the only one. */
  readonly output: string
  readonly format: string
  readonly width: string
  readonly height: string
  readonly maxBytes: number
}

interface Recipe {
  readonly title: string
  readonly request: { readonly output?: { readonly density?: number } }
  readonly rows: readonly Row[]
}

interface Result {
  readonly name?: string
  readonly format: string
  readonly width: number
  readonly height: number
  readonly sizeBytes: number
  readonly data?: string
  readonly text?: string
  readonly image?: { readonly url: string }
}

const page = readFileSync(new URL('../docs/guide/recipes.md', import.meta.url), 'utf8')
const recipes = page.split(/^## /m).slice(1).map(recipeOf)

let server: RunningServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

function recipeOf(section: string): Recipe {
  const [title = ''] = section.split('\n', 1)
  const [, json = ''] = /^```json\n(.*?)^```/ms.exec(section) ?? []
  const rows = [...section.matchAll(/^\|(.*)\|$/gm)].slice(2).map(([, cells = '']) => {
    const [output = '', format = '', width = '', height = '', bytes] = cells
      .split('|')
      .map((cell) => cell.trim())
    return { output, format, width, height, maxBytes: Number(bytes) }
  })
  return { title, request: JSON.parse(json), rows }
}

async function bytesOf({ data, text, image }: Result): Promise<Buffer> {
  if (image !== undefined) return Buffer.from(await (await fetch(image.url)).arrayBuffer())
  return text === undefined ? Buffer.from(data ?? '', 'base64') : Buffer.from(text)
}

it('are all there', () => {
  expect(recipes.length).toBeGreaterThanOrEqual(10)
  for (const { title, rows } of recipes) expect(rows.length, title).toBeGreaterThan(0)
})

it.each(recipes.map((recipe) => [recipe.title, recipe] as const))('%s', async (_, { request, rows }) => {
  const response = await server.api('/api/v1/transform', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(request),
  })
  const answer = await response.json()
  expect(response.status, JSON.stringify(answer)).toBe(200)
  const outputs = answer.outputs as Result[]
  expect(outputs.map(({ name = '–' }) => name)).toEqual(rows.map(({ output }) => output))
  for (const [index, row] of rows.entries()) {
    const result = outputs[index] as Result
    const bytes = await bytesOf(result)
    expect([row.output, bytes.length <= row.maxBytes, bytes.length], `${bytes.length} bytes`).toEqual([
      row.output,
      true,
      result.sizeBytes,
    ])
    if (row.width === '–') {
      expect(result.format).toBe(row.format)
      continue
    }
    const made = await sharp(bytes).metadata()
    const format = made.format === 'heif' ? 'avif' : made.format
    expect([format, String(made.width), String(made.height)]).toEqual([row.format, row.width, row.height])
    if (request.output?.density !== undefined) expect(made.density).toBe(request.output.density)
  }
})
