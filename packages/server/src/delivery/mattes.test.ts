import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultLimits, parsePipeline } from '@fovea/core'
import { models } from '@fovea/engine/models'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssetId, BlobHash } from '../assets/asset.ts'
import { Changes } from '../changes.ts'
import { ModelShelf } from '../models/index.ts'
import { createLog } from '../observe/index.ts'
import type { Project } from '../projects/project.ts'
import { matteOf } from './mattes.ts'
import { nodeDigest } from './node-digest.ts'
import type { FoundSource } from './sources.ts'
import { VariantStore } from './variants/index.ts'

const matte = { width: 3, height: 2, data: Uint8Array.of(0, 10, 80, 53, 255, 10) }
const cutting = parsePipeline([{ op: 'removeBackground' }], defaultLimits)
const source = { id: '01ASSET', generation: 1, hash: 'aa' as BlobHash } as FoundSource
const project = { id: '01PROJECT', generation: 1 } as Project
const outputs = [{ pipeline: [] }, { pipeline: cutting }]
const wanted = { project, source, decode: { orient: true, page: 1 }, outputs } as const

let dir: string
let app: { digest: typeof nodeDigest; changes: Changes; models: ModelShelf; variants: VariantStore }

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fovea-mattes-'))
  const [model] = models.matte
  if (model === undefined) throw new Error('no model makes mattes')
  // A shelf looks at sizes; the bytes are the engine's business.
  const weights = join(dir, 'models', model.weights.file)
  mkdirSync(dirname(weights), { recursive: true })
  writeFileSync(weights, '')
  truncateSync(weights, model.weights.bytes)
  const log = createLog('error', { write: () => undefined })
  app = {
    digest: nodeDigest,
    changes: new Changes(),
    models: new ModelShelf([join(dir, 'models')]),
    variants: new VariantStore({ dir: join(dir, 'variants'), capacityBytes: 1_000_000, log }),
  }
})
afterEach(() => rm(dir, { recursive: true }))

describe('a matte that was kept', () => {
  beforeEach(async () => (await matteOf(wanted, app)).end(matte))

  it('serves every pipeline that cuts the source out', async () => {
    const other = parsePipeline([{ op: 'resize', width: 9 }, { op: 'removeBackground' }], defaultLimits)
    const { kept } = await matteOf({ ...wanted, outputs: [{ pipeline: other }] }, app)
    expect({ ...kept, data: [...(kept?.data ?? [])] }).toEqual({ ...matte, data: [...matte.data] })
  })

  it.each([
    ['pipelines that cut nothing out', { outputs: [{ pipeline: [] }] }],
    ['another version of the source', { source: { ...source, hash: 'bb' as BlobHash } }],
    ['a source that was purged', { source: { ...source, generation: 2 } }],
    ['a project that was purged', { project: { ...project, generation: 2 } }],
    ['another page', { decode: { orient: true, page: 2 } }],
  ])('is none for %s', async (_, change) => {
    expect((await matteOf({ ...wanted, ...change }, app)).kept).toBeUndefined()
  })

  it('is none where no model could have made it', async () => {
    expect((await matteOf(wanted, { ...app, models: new ModelShelf([]) })).kept).toBeUndefined()
  })
})

it.each([
  ['that has changed meanwhile', '01ASSET', undefined],
  ['while another changes', '01OTHER', matte.width],
])('of a source %s is kept, or is not', async (_, changed, width) => {
  const { end } = await matteOf(wanted, app)
  const about = { projectId: project.id, stem: 'x', gone: false }
  app.changes.announce({ kind: 'asset', assetId: changed as AssetId, ...about })
  await end(matte)
  expect((await matteOf(wanted, app)).kept?.width).toBe(width)
})

it('of a picture that is not stored is not kept', async () => {
  const { id, generation, ...unnamed } = source
  await (await matteOf({ ...wanted, source: unnamed }, app)).end(matte)
  expect(app.variants.stats.entries).toBe(0)
})
