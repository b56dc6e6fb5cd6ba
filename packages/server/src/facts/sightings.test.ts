/** What models saw, on both engines, with the models of the corpus and with pictures that they see somebody in. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sightingsRevision } from '@fovea/core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from '../http/api/api.test-harness.ts'

const modelDirectory = join(sharedDir ?? '', 'models')

/** A woman among arches: another quality, another file. */
async function photo(quality: number): Promise<Buffer> {
  const file = await readFile(join(sharedDir ?? '', 'images/dev/photos/tourist-arches.jpg'))
  return sharp(file).jpeg({ quality }).toBuffer()
}

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(`what models saw on ${kind}`, () => {
    let harness: Harness
    beforeAll(async () => {
      process.env.FOVEA_WORKER_MODELS = modelDirectory
      harness = await startApi({ kind, modelDirectory })
    })
    afterAll(async () => {
      delete process.env.FOVEA_WORKER_MODELS
      await harness?.close()
    })

    const upload = async (quality: number): Promise<string> => {
      const response = await harness.upload(await photo(quality), 'x.jpg', { target_path: `${quality}.jpg` })
      expect(response.statusCode, response.body).toBe(201)
      return response.json().id
    }
    const make = async (source: object, size: number, position: string) => {
      const response = await harness.request({
        method: 'POST',
        url: '/api/v1/transform',
        payload: {
          source,
          pipeline: [{ op: 'resize', width: size, height: size * 2, position }],
          output: { format: 'png' },
        },
      })
      expect(response.statusCode, response.body).toBe(200)
      return response.rawPayload
    }
    const looks = () => harness.runs.filter(({ outputs }) => outputs[0]?.output.kind === 'sightings')
    const stored = () => harness.database.queries.selectFrom('image_sightings').selectAll().execute()

    itWithShared(
      'is asked once for a picture, and every variant is made with it without models',
      async () => {
        const source = { id: await upload(80) }
        harness.runs.length = 0
        const [first] = await Promise.all([make(source, 60, 'faces'), make(source, 61, 'faces')])
        process.env.FOVEA_WORKER_MODELS = ''
        try {
          expect(await make(source, 60, 'faces')).toEqual(first)
        } finally {
          process.env.FOVEA_WORKER_MODELS = modelDirectory
        }
        expect(looks()).toHaveLength(1)
        const others = harness.runs.filter((job) => !looks().includes(job))
        expect(others.map(({ cost }) => cost.needsModels)).toEqual([false, false, false])
        expect(await stored()).toMatchObject([{ revision: `${sightingsRevision}+yunet-n-1` }])
      },
    )

    itWithShared('tells the faces too where somebody looked for subjects', async () => {
      const source = { id: await upload(81) }
      await make(source, 60, 'subject')
      harness.runs.length = 0
      await make(source, 60, 'faces')
      expect(looks()).toEqual([])
    })

    itWithShared('is told by the API when it is asked for, as parts of the upright picture', async () => {
      const id = await upload(86)
      const get = async (query: string) =>
        (await harness.request({ url: `/api/v1/images/${id}/facts${query}` })).json()
      const [plain, subjects] = [await get(''), await get('?see=subjects')]
      expect(plain).not.toHaveProperty('faces')
      expect(subjects.faces).toMatchObject([
        { score: expect.any(Number), landmarks: { leftEye: { x: expect.any(Number) } } },
      ])
      expect(subjects.subjects.map(({ kind }: { kind: string }) => kind)).toContain('person')
      // Where her face is marked by hand: 666–739 of 1280 px, 403–494 of 960 px.
      const [{ left, top, width, height }] = subjects.faces
      const [x, y] = [left + width / 2, top + height / 2]
      expect([x > 666 / 1280, x < 739 / 1280, y > 403 / 960, y < 494 / 960]).toEqual([true, true, true, true])
      const faces = await get('?see=faces')
      expect(faces.faces).toEqual(subjects.faces)
      expect(faces).not.toHaveProperty('subjects')
      expect((await harness.request({ url: `/api/v1/images/${id}/facts?see=cats` })).statusCode).toBe(400)
    })

    itWithShared('is found again by other models', async () => {
      const source = { id: await upload(82) }
      await make(source, 60, 'faces')
      await harness.database.queries.updateTable('image_sightings').set({ revision: '0+old' }).execute()
      harness.runs.length = 0
      await make(source, 60, 'faces')
      await make(source, 60, 'faces')
      expect(looks()).toHaveLength(1)
    })

    itWithShared('goes with its version', async () => {
      const id = await upload(83)
      await make({ id }, 60, 'faces')
      const hashes = async () => (await stored()).map(({ hash }) => hash)
      const before = await hashes()
      const image = await harness.assets.get(harness.project, id)
      expect(before).toContain(image.hash)
      expect(
        (await harness.request({ method: 'DELETE', url: `/api/v1/images/${id}` })).statusCode,
      ).toBeLessThan(300)
      await harness.trash.empty(harness.project)
      expect(await hashes()).toEqual(before.filter((hash) => hash !== image.hash))
    })

    itWithShared('is kept in mind for a picture that is not stored', async () => {
      const source = { base64: (await photo(84)).toString('base64') }
      const before = await stored()
      harness.runs.length = 0
      await make(source, 60, 'faces')
      await make(source, 62, 'faces')
      expect(looks()).toHaveLength(1)
      expect(await stored()).toEqual(before)
    })

    itWithShared('is looked for again behind a free rotation', async () => {
      const source = { id: await upload(85) }
      const response = await harness.request({
        method: 'POST',
        url: '/api/v1/transform',
        payload: {
          source,
          pipeline: [
            { op: 'rotate', angle: 20 },
            { op: 'resize', width: 60, height: 60, position: 'faces' },
          ],
          output: { format: 'png' },
        },
      })
      expect(response.statusCode, response.body).toBe(200)
      expect(harness.runs.at(-1)?.cost.needsModels).toBe(true)
    })
  })
}

it('cannot be told without models, and the answer says what brings them', async () => {
  const harness = await startApi()
  try {
    const { id } = (await harness.upload(await picture(1), 'x.png')).json()
    const answer = await harness.request({ url: `/api/v1/images/${id}/facts?see=faces` })
    expect([answer.statusCode, answer.json().error.message]).toEqual([
      501,
      expect.stringContaining('fovea models prepare'),
    ])
  } finally {
    await harness.close()
  }
})
