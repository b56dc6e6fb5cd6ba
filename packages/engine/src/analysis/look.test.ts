/** What models tell of real photos; the boxes beside the photos are by hand. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  defaultLimits,
  parsePipeline,
  type Region,
  type Seen,
  type Sightings,
  sightingsIn,
} from '@fovea/core'
import type { Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import type { RunRequest } from '../pool/protocol.ts'
import { run } from '../run.ts'
import { sharp } from '../sharp/setup.ts'

const photos = join(sharedDir ?? '', 'images', 'dev', 'photos')
const woman = () => readFileSync(join(photos, 'tourist-arches.jpg'))
/** Of 1280×960 px. */
const label: Region = { left: 666 / 1280, top: 403 / 960, width: 73 / 1280, height: 91 / 960 }

beforeAll(() => {
  process.env.FOVEA_WORKER_MODELS = join(sharedDir ?? '', 'models')
})
afterAll(() => {
  delete process.env.FOVEA_WORKER_MODELS
})

async function made(bytes: Uint8Array, wanted: Pick<RunRequest, 'outputs'> & Partial<RunRequest>) {
  const { outputs } = await run({
    kind: 'run',
    source: { bytes },
    decode: { orient: true },
    limits: defaultLimits,
    ...wanted,
  })
  return Buffer.from(outputs[0]?.bytes ?? [])
}

async function look(bytes: Uint8Array, of: keyof Sightings): Promise<Seen> {
  const text = await made(bytes, { outputs: [{ pipeline: [], output: { kind: 'sightings', of } }] })
  return JSON.parse(text.toString())
}

function overlap(a: Region, b: Region): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  const both = Math.max(0, width) * Math.max(0, height)
  return both / (a.width * a.height + b.width * b.height - both)
}

describe('a look', () => {
  itWithShared('finds the labelled face, with eyes, nose and mouth where they belong', async () => {
    const { faces, subjects } = await look(woman(), 'faces')
    expect([faces.length, subjects]).toEqual([1, undefined])
    const [face] = faces
    if (face === undefined) throw new Error('no face')
    expect(overlap(face, label)).toBeGreaterThan(0.5)
    const { leftEye, rightEye, nose, mouth } = face.landmarks
    expect(leftEye.x).toBeLessThan(rightEye.x)
    expect(Math.max(leftEye.y, rightEye.y)).toBeLessThan(nose.y)
    expect(nose.y).toBeLessThan(mouth.y)
    for (const { x, y } of [leftEye, rightEye, nose, mouth]) {
      expect([x > face.left, x < face.left + face.width]).toEqual([true, true])
      expect([y > face.top, y < face.top + face.height]).toEqual([true, true])
    }
  })

  itWithShared('names people and things, beside the faces', async () => {
    const { faces, subjects = [] } = await look(woman(), 'subjects')
    expect(faces).toHaveLength(1)
    expect(subjects.some(({ kind, label: word }) => kind === 'person' && word === 'person')).toBe(true)
  })

  itWithShared.each([
    ['transparent', () => sharp(woman()).ensureAlpha(0.99).webp()],
    ['16-bit', () => sharp(woman()).toColourspace('rgb16').png()],
    ['grey', () => sharp(woman()).greyscale().jpeg()],
    ['lying on its side', () => sharp(woman()).rotate(270).withMetadata({ orientation: 6 }).jpeg()],
    ['mirrored by its tag', () => sharp(woman()).flop().withMetadata({ orientation: 2 }).jpeg()],
    [
      'of two frames',
      async () =>
        sharp(
          [await sharp(woman()).resize(640).toBuffer(), await sharp(woman()).resize(640).negate().toBuffer()],
          { join: { animated: true } },
        ).gif(),
    ],
  ])('sees the same in a picture that is %s', async (_, make) => {
    const { faces } = await look(await (await make()).toBuffer(), 'faces')
    expect(faces.map((face) => overlap(face, label) > 0.5)).toEqual([true])
  })
})

describe('a run that is told what was seen', () => {
  const cut = (source: Uint8Array, sightings?: Partial<Sightings>) =>
    made(source, {
      ...(sightings === undefined ? {} : { sightings }),
      outputs: [
        {
          pipeline: parsePipeline(
            [{ op: 'resize', width: 80, height: 200, position: 'faces' }],
            defaultLimits,
          ),
          output: { kind: 'image', format: 'png', metadata: 'none', animated: false },
        },
      ],
    })

  itWithShared.each([
    [1, (photo: Sharp) => photo],
    [2, (photo: Sharp) => photo.flop()],
    [6, (photo: Sharp) => photo.rotate(270)],
    [8, (photo: Sharp) => photo.rotate(90)],
  ])('makes the same picture without models, orientation %i', async (orientation, lay) => {
    const source = await lay(sharp(woman())).withMetadata({ orientation }).jpeg().toBuffer()
    const seen = sightingsIn(await look(source, 'faces'))
    const looked = await cut(source)
    process.env.FOVEA_WORKER_MODELS = ''
    try {
      expect((await cut(source, seen)).equals(looked)).toBe(true)
      expect((await cut(source)).equals(looked)).toBe(false)
    } finally {
      process.env.FOVEA_WORKER_MODELS = join(sharedDir ?? '', 'models')
    }
  })
})
