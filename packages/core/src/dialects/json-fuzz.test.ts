/**
 * The JSON languages are total too: whatever a document says ends in a request or a Problem.
 *
 * Documents are mutated real ones (FOVEA_FUZZ_SEED repeats a run), so that most get past the first check.
 */
import { describe, expect, it } from 'vitest'
import { pickFrom } from '../../../../fixtures/random.ts'
import { defaultLimits } from '../limits/index.ts'
import { canonicalPipeline } from '../pipeline/index.ts'
import { Problem } from '../problem/index.ts'
import { iterationLayer, jsonPipeline } from './json.ts'

const seed = Number(process.env.FOVEA_FUZZ_SEED ?? Date.now() % 1_000_000_007)
const runs = 20_000

const below = pickFrom(seed)
const random = () => below(1_000_000) / 1_000_000
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
const words = [
  ...[
    'type',
    'op',
    'fit',
    'cover',
    'convert',
    'jpeg',
    'webp',
    '#ff0000',
    'compress_to_size',
    'compressToSize',
  ],
  ...['sigma', 'width_in_px', 'height_in_px', 'outputs', 'pipeline', 'output', 'format', 'auto', '__proto__'],
]
const scalars = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1e9,
  0.5,
  Number.MAX_VALUE,
  '',
  '\u0000',
  '\ud800',
  'a'.repeat(5000),
]

function anything(depth = 0): unknown {
  const kind = random()
  if (depth > 3 || kind < 0.5) return pick<unknown>([...scalars, ...words])
  if (kind < 0.7) return Array.from({ length: below(4) }, () => anything(depth + 1))
  return Object.fromEntries(Array.from({ length: 2 }, () => [pick(words), anything(depth + 1)]))
}

/** The document with one place of it changed. */
function mutated(value: unknown): unknown {
  if (random() < 0.12) return anything()
  if (Array.isArray(value)) {
    if (random() < 0.1) return [...value, anything()]
    const at = below(Math.max(1, value.length))
    return value.map((entry, index) => (index === at ? mutated(entry) : entry))
  }
  if (typeof value !== 'object' || value === null) return random() < 0.5 ? value : anything()
  const entries = Object.entries(value)
  if (random() < 0.15) return Object.fromEntries([...entries, [pick(words), anything()]])
  const at = below(Math.max(1, entries.length))
  return Object.fromEntries(
    entries.map(([key, entry], index) => [key, index === at ? mutated(entry) : entry]),
  )
}

const file = { type: 'base64', name: 'a.png', base64: 'iVBORw==' }
const box = { width_in_px: 8, height_in_px: 6 }

const languages = [
  {
    name: 'Iteration Layer',
    corpus: [
      {
        file,
        operations: [
          { type: 'resize', ...box, fit: 'cover' },
          { type: 'convert', format: 'webp', quality: 80 },
        ],
      },
      {
        file,
        operations: [
          { type: 'crop', left_in_px: 1, top_in_px: 2, ...box },
          { type: 'blur', sigma: 2 },
          { type: 'flip' },
        ],
      },
      {
        file: { url: 'https://a.test/b', fetch_options: { headers: { a: 'b' }, timeout_ms: 5000 } },
        operations: [{ type: 'trim', threshold: 5 }],
      },
      {
        file,
        operations: [
          { type: 'modulate', hue: 5 },
          { type: 'compress_to_size', max_file_size_in_bytes: 900 },
        ],
        webhook_url: 'https://a.test',
      },
    ],
    read: (document: unknown) =>
      iterationLayer.compile(iterationLayer.parse(document, defaultLimits), 'png').pipeline,
  },
  {
    name: 'JSON pipelines',
    corpus: [
      {
        source: { asset: 'a/b.png' },
        pipeline: [
          { op: 'resize', width: 8 },
          { op: 'blur', sigma: 2 },
        ],
        output: { format: 'auto' },
      },
      {
        source: { url: 'https://a.test' },
        pipeline: [{ op: 'convert', format: 'png' }],
        store: { path: 'a.png', visibility: 'public' },
      },
      {
        pipeline: [{ op: 'flip' }],
        outputs: [{ name: 'a', pipeline: [{ op: 'sepia' }] }, { output: { format: 'palette', colors: 5 } }],
        dryRun: true,
      },
      {
        source: { id: '0123456789abcdef' },
        pipeline: [{ op: 'compressToSize', maxBytes: 900 }],
        orient: false,
      },
    ],
    read: (document: unknown) =>
      jsonPipeline.parse(document, 'webp', defaultLimits).outputs.flatMap(({ pipeline }) => pipeline),
  },
]

describe.each(languages)('$name', ({ corpus, read }) => {
  it(`ends ${runs} documents in a request or a Problem (seed ${seed})`, () => {
    let requests = 0
    for (let run = 0; run < runs; run++) {
      let document: unknown = pick<unknown>(corpus)
      for (let changes = random() * 3; changes > 0; changes--) document = mutated(document)
      try {
        canonicalPipeline(read(document))
        requests++
      } catch (error) {
        if (!(error instanceof Problem)) throw new Error(`on ${JSON.stringify(document)}`, { cause: error })
        expect(error.status).toBeGreaterThanOrEqual(400)
        expect(error.message.length).toBeLessThan(1200)
      }
    }
    expect(requests).toBeGreaterThan(runs / 50)
  })
})
