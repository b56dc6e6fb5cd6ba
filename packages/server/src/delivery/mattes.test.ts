import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultLimits, parsePipeline } from '@fovea/core'
import { models } from '@fovea/engine/models'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BlobHash } from '../assets/asset.ts'
import { ModelShelf } from '../models/index.ts'
import { createLog } from '../observe/index.ts'
import type { Project } from '../projects/project.ts'
import { keepMatte, keptMatte } from './mattes.ts'
import { nodeDigest } from './node-digest.ts'
import type { FoundSource } from './sources.ts'
import { VariantStore } from './variants/index.ts'

const matte = { width: 3, height: 2, data: Uint8Array.of(0, 10, 80, 53, 255, 10) }
const cutting = parsePipeline([{ op: 'removeBackground' }], defaultLimits)
const asset = { id: '01ASSET', generation: 1, hash: 'aa' as BlobHash } as FoundSource
const project = { id: '01PROJECT', generation: 1 } as Project
const wanted = { wanted: { pipeline: cutting, decode: { orient: true, page: 1 } }, asset, project } as const

let dir: string
let app: { digest: typeof nodeDigest; models: ModelShelf; variants: VariantStore }

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
    models: new ModelShelf([join(dir, 'models')]),
    variants: new VariantStore({ dir: join(dir, 'variants'), capacityBytes: 1_000_000, log }),
  }
})
afterEach(() => rm(dir, { recursive: true }))

describe('a matte that was kept', () => {
  beforeEach(() => keepMatte(wanted, matte, app, () => false))

  it('serves every pipeline that cuts the source out', async () => {
    const other = parsePipeline([{ op: 'resize', width: 9 }, { op: 'removeBackground' }], defaultLimits)
    const kept = await keptMatte({ ...wanted, wanted: { ...wanted.wanted, pipeline: other } }, app)
    expect({ ...kept, data: [...(kept?.data ?? [])] }).toEqual({ ...matte, data: [...matte.data] })
  })

  it.each([
    ['a pipeline that cuts nothing out', { wanted: { ...wanted.wanted, pipeline: [] } }],
    ['another version of the source', { asset: { ...asset, hash: 'bb' as BlobHash } }],
    ['a source that was purged', { asset: { ...asset, generation: 2 } }],
    ['a project that was purged', { project: { ...project, generation: 2 } }],
    ['another page', { wanted: { ...wanted.wanted, decode: { orient: true, page: 2 } } }],
  ])('is none for %s', async (_, change) => {
    expect(await keptMatte({ ...wanted, ...change }, app)).toBeUndefined()
  })

  it('is none where no model could have made it', async () => {
    expect(await keptMatte(wanted, { ...app, models: new ModelShelf([]) })).toBeUndefined()
  })
})

it('keeps no matte of a source that has changed meanwhile', async () => {
  await keepMatte(wanted, matte, app, () => true)
  expect(await keptMatte(wanted, app)).toBeUndefined()
})
