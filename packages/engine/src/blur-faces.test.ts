/** Faces hidden on real photos: what finds faces must not find them again, whatever the pixels are like. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultLimits, type OperationInput, type Subject } from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import { open } from './open.ts'
import { sharp } from './sharp/setup.ts'
import { sight } from './sightings.ts'
import { outputOf, transform } from './testing/request.ts'

const photos = join(sharedDir ?? '', 'images', 'dev', 'photos')
const small: OperationInput = { op: 'resize', width: 900 }

beforeAll(() => {
  process.env.FOVEA_WORKER_MODELS = join(sharedDir ?? '', 'models')
})
afterAll(() => {
  delete process.env.FOVEA_WORKER_MODELS
})

async function facesIn(bytes: Uint8Array) {
  const { faces = [] } = await sight(await open({ bytes }, defaultLimits), [], ['faces'])
  return faces
}

async function made(bytes: Uint8Array, ...operations: readonly OperationInput[]): Promise<Uint8Array> {
  return (await transform({ bytes }, operations, outputOf('png'))).bytes
}

/** Part of the pixels of two pictures of one size that differ. */
async function changed(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all([a, b].map((bytes) => sharp(bytes).raw().toBuffer()))
  if (first === undefined || second === undefined || first.length !== second.length) return 1
  return first.filter((value, at) => value !== second[at]).length / first.length
}

const side = 32
/** From four periods along the face on: what eight pixels a side cannot show. */
const finest = 8
const cosines = Array.from({ length: side }, (_, frequency) =>
  Array.from({ length: side }, (_, at) => Math.cos((Math.PI / side) * (at + 0.5) * frequency)),
)

/** What tells faces apart: the high frequencies (of a discrete cosine transform) of a face's greys. */
async function detailOf(bytes: Uint8Array, face: Subject): Promise<readonly number[]> {
  const { width, height } = await sharp(bytes).metadata()
  const box = {
    left: Math.round(face.left * width),
    top: Math.round(face.top * height),
    width: Math.floor(face.width * width),
    height: Math.floor(face.height * height),
  }
  const cut = await sharp(bytes).extract(box).png().toBuffer()
  const greys = await sharp(cut).greyscale().resize(side, side, { fit: 'fill' }).raw().toBuffer()
  const rows = Array.from({ length: side }, (_, y) =>
    cosines.map((wave) => wave.reduce((sum, value, x) => sum + value * (greys[y * side + x] ?? 0), 0)),
  )
  return cosines.flatMap((wave, down) =>
    cosines.flatMap((_, across) =>
      Math.max(down, across) < finest
        ? []
        : [wave.reduce((sum, value, y) => sum + value * (rows[y]?.[across] ?? 0), 0)],
    ),
  )
}

/** How much of the first face's detail the second one shows, 0–1. */
function kept(before: readonly number[], after: readonly number[]): number {
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
  return Math.abs(product(before, after)) / product(before, before)
}

describe('hidden faces', () => {
  itWithShared.each<[string, OperationInput]>([
    ['blurred', { op: 'blurFaces', strength: 1, padding: 0 }],
    ['in blocks', { op: 'blurFaces', how: 'pixelate', strength: 1, padding: 0 }],
  ])('show next to nothing of what tells people apart: %s as little as can be', async (_, hiding) => {
    for (const file of ['group-four-table.jpg', 'woman-red-background.jpg', 'tourist-arches.jpg']) {
      const photo = await readFile(join(photos, file))
      const [plain, hidden] = [await made(photo, small), await made(photo, small, hiding)]
      const faces = await facesIn(plain)
      expect([file, faces.length > 0]).toEqual([file, true])
      for (const face of faces) {
        const part = kept(await detailOf(plain, face), await detailOf(hidden, face))
        expect([file, part < 0.15]).toEqual([file, true])
      }
      // A face takes some part of these pictures; the rest is what it was.
      const area = faces.reduce((sum, { width, height }) => sum + width * height, 0)
      expect(await changed(plain, hidden)).toBeLessThan(area * 1.1 + 0.001)
    }
  })

  itWithShared.each(['gray', 'with alpha', '16 bit'] as const)('of a picture that is %s', async (kind) => {
    const photo = sharp(join(photos, 'woman-red-background.jpg'))
    const input = {
      gray: () => photo.greyscale(),
      'with alpha': () => photo.ensureAlpha(0.9),
      '16 bit': () => photo.toColourspace('rgb16'),
    }[kind]()
    const bytes = await input.png().toBuffer()
    const [face] = await facesIn(bytes)
    if (face === undefined) throw new Error('no face was found')
    const hidden = await made(bytes, { op: 'blurFaces' })
    expect(kept(await detailOf(bytes, face), await detailOf(hidden, face))).toBeLessThan(0.05)
    const [was, is] = [await sharp(bytes).metadata(), await sharp(hidden).metadata()]
    expect([is.channels, is.depth, is.width]).toEqual([was.channels, was.depth, was.width])
  })

  itWithShared('are looked for in all frames of what moves', async () => {
    const [empty, photo] = await Promise.all(
      ['dahlia.jpg', 'woman-red-background.jpg'].map((file) =>
        sharp(join(photos, file)).resize(300, 450, { fit: 'cover' }).png().toBuffer(),
      ),
    )
    if (empty === undefined || photo === undefined) throw new Error('no frames')
    const moving = await sharp([empty, photo], { join: { animated: true } })
      .webp({ lossless: true, delay: [100, 100] })
      .toBuffer()
    const { bytes } = await transform(
      { bytes: moving },
      [{ op: 'blurFaces' }],
      outputOf('webp', { lossless: true }),
    )
    const second = await sharp(bytes, { page: 1 }).png().toBuffer()
    const [face] = await facesIn(photo)
    if (face === undefined) throw new Error('no face was found')
    expect(kept(await detailOf(photo, face), await detailOf(second, face))).toBeLessThan(0.05)
  })

  itWithShared('are found where they are far too small for one look at the whole', async () => {
    const crowd = await sharp(join(photos, 'tourist-arches.jpg')).resize(400).png().toBuffer()
    const wall = await sharp({ create: { width: 2600, height: 1500, channels: 3, background: '#a09080' } })
      .composite([{ input: crowd, left: 2000, top: 900 }])
      .png()
      .toBuffer()
    expect(await facesIn(wall)).toEqual([])
    expect(await changed(wall, await made(wall, { op: 'blurFaces' }))).toBeGreaterThan(0)
  })
})

describe('without a model', () => {
  it.each(['faces', 'people'] as const)('nobody is taken for unseen: %s', async (what) => {
    const before = process.env.FOVEA_WORKER_MODELS
    process.env.FOVEA_WORKER_MODELS = ''
    try {
      const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
        .png()
        .toBuffer()
      await expect(made(picture, small, { op: 'blurFaces', what })).rejects.toMatchObject({
        code: 'operation/unavailable',
        status: 501,
        detail: expect.stringContaining('fovea models prepare'),
      })
    } finally {
      process.env.FOVEA_WORKER_MODELS = before
    }
  })
})
