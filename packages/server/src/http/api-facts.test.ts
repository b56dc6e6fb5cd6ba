/** `GET /api/v1/images/{id}/facts` and what metadata tells of it, with the real engine, on both databases. */

import { readFile } from 'node:fs/promises'
import { analysisRevisions } from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(`facts on ${kind}${skip === undefined ? '' : ` (${skip})`}`, () => {
    let harness: Harness
    beforeAll(async () => {
      harness = await startApi({ kind })
    })
    afterAll(() => harness?.close())

    const upload = async (seed: number) => (await harness.upload(await picture(seed), `${seed}.png`)).json()
    const get = async (url: string) => {
      const response = await harness.request({ url })
      expect(response.statusCode, response.body).toBe(200)
      return response.json()
    }
    const stored = () => harness.database.queries.selectFrom('image_facts').selectAll().execute()

    it('tells colours, placeholders, fingerprint and header of an image', async () => {
      const { id } = await upload(1)
      expect(await get(`/api/v1/images/${id}/facts`)).toMatchObject({
        id,
        width: 40,
        height: 30,
        isTransparent: false,
        dominantColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
        blurhash: expect.any(String),
        lqip: expect.stringMatching(/^data:image\//),
        perceptualHash: expect.stringMatching(/^[0-9a-f]{16}$/),
        source: { format: 'png', depth: 8, channels: 3 },
        details: {},
      })
    })

    it('looks at an image once, however many ask at once and later, and whatever they ask', async () => {
      const { id } = await upload(2)
      harness.runs.length = 0
      const urls = [
        `/api/v1/images/${id}`,
        `/api/v1/images/${id}/facts`,
        `/api/v1/images/${id}/facts?details=none`,
      ]
      await Promise.all(urls.map(get))
      for (const url of urls) await get(url)
      expect(harness.runs).toHaveLength(1)
    })

    it('fills the dominant colour of the metadata', async () => {
      const { id } = await upload(3)
      const { metadata } = await get(`/api/v1/images/${id}`)
      const { dominantColor } = await get(`/api/v1/images/${id}/facts`)
      expect(metadata.dominant_color).toMatch(/^[0-9a-f]{6}$/)
      expect(`#${metadata.dominant_color}`).toBe(dominantColor)
      expect(metadata.details).toEqual({})
    })

    it('looks again when the revision of the analysis has moved', async () => {
      const { id, hash } = await upload(4)
      await get(`/api/v1/images/${id}/facts`)
      await harness.database.queries
        .updateTable('image_facts')
        .set({ revision: analysisRevisions.facts - 1, facts: '{}' })
        .where('hash', '=', hash)
        .execute()
      harness.runs.length = 0
      expect(await get(`/api/v1/images/${id}/facts`)).toMatchObject({ width: 40 })
      expect(harness.runs).toHaveLength(1)
      const row = (await stored()).find((candidate) => candidate.hash === hash)
      expect(row?.revision).toBe(analysisRevisions.facts)
    })

    it('forgets with the image', async () => {
      const { id, hash } = await upload(5)
      await get(`/api/v1/images/${id}/facts`)
      expect((await stored()).some((row) => row.hash === hash)).toBe(true)
      await harness.request({ method: 'DELETE', url: `/api/v1/images/${id}?permanent=true` })
      expect((await stored()).some((row) => row.hash === hash)).toBe(false)
      expect((await harness.request({ url: `/api/v1/images/${id}/facts` })).statusCode).toBe(404)
    })

    it('gives metadata also of what cannot be decoded, and says why there are no facts', async () => {
      const whole = await picture(6, 'png', 200, 200)
      const cut = whole.subarray(0, Math.floor(whole.length / 2))
      const response = await harness.upload(cut, 'cut.png')
      expect(response.statusCode, response.body).toBe(201)
      const { id } = response.json()
      expect((await get(`/api/v1/images/${id}`)).metadata).toMatchObject({ width: 200, dominant_color: null })
      expect((await harness.request({ url: `/api/v1/images/${id}/facts` })).statusCode).toBe(422)
    })

    it('refuses what it does not know', async () => {
      const { id } = await upload(7)
      expect((await harness.request({ url: `/api/v1/images/${id}/facts?details=gps` })).statusCode).toBe(400)
      expect((await harness.request({ url: `/api/v1/images/${id}/facts?place=1` })).statusCode).toBe(400)
    })

    itWithShared('tells the place of a photo only when all is asked for, and stores it never', async () => {
      const bytes = await readFile(`${sharedDir}/images/dev/photos/gps-arezzo-10.jpg`)
      const { id, hash } = (await harness.upload(bytes, 'gps.jpg')).json()
      const { details: open } = await get(`/api/v1/images/${id}/facts`)
      expect(open).toMatchObject({ camera: { make: 'NIKON' }, takenAt: '2008-10-22T16:28:39' })
      expect(open).not.toHaveProperty('location')
      expect((await get(`/api/v1/images/${id}/facts?details=none`)).details).toBeUndefined()
      expect((await get(`/api/v1/images/${id}`)).metadata.details).toEqual(open)
      const { details: all } = await get(`/api/v1/images/${id}/facts?details=all`)
      expect(all.location.latitude).toBeCloseTo(43.467, 3)
      const row = (await stored()).find((candidate) => candidate.hash === hash)
      expect(row?.facts).not.toMatch(/latitude|43\.46/)
    })
  })
}
