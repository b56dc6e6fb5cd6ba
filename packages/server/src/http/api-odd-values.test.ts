/** Values that no row can hold: each database has its own, and both get an answer that is the client's to mend. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

const cursor = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url')

const zero = '%00'
const requests = [
  ['GET', `/api/v1/images?prefix=${zero}`],
  ['GET', `/api/v1/images?path=${zero}`],
  ['GET', `/api/v1/images?cursor=${cursor({ listedAt: 1, hash: '\0' })}`],
  ['GET', `/api/v1/images?prefix=a&cursor=${cursor({ path: '\0' })}`],
  ['GET', `/api/v1/images/path/demo/${zero}`],
  ['DELETE', `/api/v1/images/path/demo/${zero}`],
  ['GET', `/api/v1/images/duplicates?cursor=${cursor({ group: '\0' })}`],
  ['GET', `/api/v1/images/search?q=a${zero}b`],
  ['DELETE', `/api/v1/trash/${zero}`],
  ['POST', `/api/v1/trash/${zero}/restore`],
  ['GET', `/api/v1/trash?cursor=${cursor({ deletedAt: 1, id: '\0' })}`],
  ['GET', `/api/v1/links/${zero}`],
  ['DELETE', `/api/v1/settings/presets/${zero}`],
  ['GET', `/api/v1/jobs/${zero}`],
  ['GET', `/api/v1/webhooks/${zero}`],
] as const

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(
    `odd values on ${kind}${skip === undefined ? '' : ` (${skip})`}`,
    () => {
      let harness: Harness
      beforeAll(async () => {
        harness = await startApi({ kind })
        await harness.upload(await picture(1), 'a.png')
      })
      afterAll(() => harness?.close())

      it.each(requests)('%s %s is no failure of ours', async (method, url) => {
        const response = await harness.request({ method, url })
        expect(response.statusCode, response.body).toBeLessThan(500)
      })

      it('are told to whoever asks for a version beyond all numbers', async () => {
        const payload = { path: 'a.png', version: 2 ** 31 }
        const response = await harness.request({ method: 'POST', url: '/api/v1/versions/restore', payload })
        expect(response.statusCode).toBe(400)
        expect(response.json().detail).toContain('"version"')
      })
    },
  )
}
