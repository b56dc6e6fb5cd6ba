/** Faces and subjects on real photos; the labels beside the photos are by hand. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits, type OperationInput, parsePipeline } from '@fovea/core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import * as z from 'zod'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import { run } from './run.ts'
import { sharp } from './sharp/setup.ts'

const photos = join(sharedDir ?? '', 'images', 'dev', 'photos')
const labelled = z.array(
  z.looseObject({
    file: z.string(),
    width: z.number(),
    height: z.number(),
    faces: z.array(z.array(z.number())).optional(),
  }),
)

beforeAll(() => {
  process.env.FOVEA_WORKER_MODELS = join(sharedDir ?? '', 'models')
})
afterAll(() => {
  delete process.env.FOVEA_WORKER_MODELS
})

async function make(file: string, operations: readonly OperationInput[]) {
  const { outputs } = await run({
    kind: 'run',
    source: { path: join(photos, file) },
    decode: { orient: true, page: 1 },
    outputs: [
      {
        pipeline: parsePipeline(operations, defaultLimits),
        output: { kind: 'image', format: 'png', metadata: 'none', animated: false },
      },
    ],
    limits: defaultLimits,
  })
  const [made] = outputs
  if (made === undefined) throw new Error('nothing was made')
  return made
}

/** Mean absolute difference of two pictures of one size, 0–255. */
async function difference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all(
    [a, b].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()),
  )
  if (first === undefined || second === undefined || first.length !== second.length) return 255
  return first.reduce((sum, value, at) => sum + Math.abs(value - (second[at] ?? 0)), 0) / first.length
}

describe('a cut around what is seen', () => {
  itWithShared('goes around the thing that is named', async () => {
    // 1200 px wide: a dog from 0.26 to 0.71, parked cars from 0.06 to 0.26.
    const column = { op: 'crop', width: '20%', height: '100%' } as const
    const [dog, car, none, cars] = await Promise.all(
      [
        { labels: ['dog' as const] },
        { labels: ['car' as const] },
        { labels: ['zebra' as const] },
        { x: 0.165, y: 0.5 },
      ].map((position) =>
        make('dog-sitting.jpg', [
          { ...column, position },
          { op: 'resize', width: 60 },
        ]),
      ),
    )
    if (!dog || !car || !none || !cars) throw new Error('nothing was made')
    expect(await difference(car.bytes, dog.bytes)).toBeGreaterThan(10)
    expect(await difference(car.bytes, cars.bytes)).toBeLessThan(await difference(dog.bytes, cars.bytes))
    expect(await difference(none.bytes, car.bytes)).toBeGreaterThan(10)
  })

  itWithShared('is made in the pass that shrinks, without a look of its own', async () => {
    const made = await make('barista-24mp.jpg', [
      { op: 'resize', width: 300, height: 300, position: 'faces' },
    ])
    expect(made).toMatchObject({ width: 300, height: 300, passes: 1 })
  })

  itWithShared('has the face of a labelled photo inside', async () => {
    const manifest = labelled.parse(JSON.parse(readFileSync(join(photos, 'MANIFEST.json'), 'utf8')))
    const {
      width,
      height,
      faces = [],
    } = manifest.find(({ file }) => file === 'tourist-arches.jpg') ?? {
      width: 0,
      height: 0,
    }
    const [left = 0, , faceWidth = 0] = faces[0] ?? []
    const cut = await make('tourist-arches.jpg', [{ op: 'crop', aspect: '1:2', position: 'faces' }])
    const side = Math.round(height / 2)
    const plain = (at: number) =>
      make('tourist-arches.jpg', [{ op: 'crop', left: at, top: 0, width: side, height }])
    expect([cut.width, cut.height]).toEqual([side, height])
    // The label says where the face is: the cut is one of those that hold it, and no other.
    const differences: number[] = []
    for (let at = 0; at <= width - side; at += 40)
      differences.push(await difference(cut.bytes, (await plain(at)).bytes))
    const nearest = differences.indexOf(Math.min(...differences)) * 40
    expect(nearest).toBeLessThan(left)
    expect(nearest + side).toBeGreaterThan(left + faceWidth)
  })

  itWithShared('is the same upright or turned by its orientation tag', async () => {
    const square = { op: 'resize', width: 160, height: 160, position: 'subject' } as const
    const upright = await make('ori-portrait-1.jpg', [square])
    for (const tag of [3, 6, 8]) {
      const turned = await make(`ori-portrait-${tag}.jpg`, [square])
      expect([tag, (await difference(upright.bytes, turned.bytes)) < 12]).toEqual([tag, true])
    }
  })

  itWithShared('follows mirrors, turns and cuts before it', async () => {
    const square = { op: 'resize', width: 160, height: 160, position: 'faces' } as const
    const plain = await make('tourist-arches.jpg', [square])
    const mirrored = await make('tourist-arches.jpg', [{ op: 'flop' }, square, { op: 'flop' }])
    expect(await difference(plain.bytes, mirrored.bytes)).toBeLessThan(4)
  })

  itWithShared('falls back to what draws the eye where nobody is', async () => {
    const [faces, attention] = await Promise.all(
      (['faces', 'attention'] as const).map((position) =>
        make('dahlia.jpg', [{ op: 'resize', width: 120, height: 120, position }]),
      ),
    )
    expect(await difference(faces?.bytes ?? Buffer.of(), attention?.bytes ?? Buffer.of(1))).toBe(0)
  })
})

describe('without models', () => {
  itWithShared('a cut around a subject is one around what draws the eye', async () => {
    process.env.FOVEA_WORKER_MODELS = ''
    try {
      const [subject, attention] = await Promise.all(
        (['subject', 'attention'] as const).map((position) =>
          make('obama-official.jpg', [{ op: 'resize', width: 120, height: 120, position }]),
        ),
      )
      expect(await difference(subject?.bytes ?? Buffer.of(), attention?.bytes ?? Buffer.of(1))).toBe(0)
    } finally {
      process.env.FOVEA_WORKER_MODELS = join(sharedDir ?? '', 'models')
    }
  })
})
