/** `POST /api/v1/transform` with results that go into buckets: real servers where the test run has them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountFrom, Bucket, Container } from '../origins/origins.test-harness.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

const s3 = accountFrom('FOVEA_TEST_S3_URL')
const azurite = accountFrom('FOVEA_TEST_AZURITE_URL')

let harness: Harness
let source: { readonly base64: string }

beforeAll(async () => {
  harness = await startApi()
  source = { base64: (await picture(3)).toString('base64') }
  if (s3 !== undefined) {
    await new Bucket(s3, 'results').create()
    const credentials = { accessKeyId: s3.name, secretAccessKey: s3.key }
    const settings = { endpoint: s3.endpoint, bucket: 'results', prefix: 'shop/' }
    await configure({ name: 'bucket', kind: 's3', settings: { ...settings, writable: true }, credentials })
    await configure({ name: 'closed', kind: 's3', settings, credentials })
    await configure({
      name: 'wrong',
      kind: 's3',
      settings: { ...settings, writable: true },
      credentials: { ...credentials, secretAccessKey: 'wrong' },
    })
  }
  if (azurite !== undefined) {
    const container = new Container(azurite, 'results')
    await container.create()
    await configure({
      name: 'container',
      kind: 'azure',
      settings: { account: azurite.name, container: 'results', endpoint: container.endpoint, writable: true },
      credentials: { accountKey: azurite.key },
    })
  }
})
afterAll(() => harness.close())

async function configure(payload: object): Promise<void> {
  const made = await harness.request({ method: 'POST', url: '/api/v1/origins', payload })
  if (made.statusCode !== 201) throw new Error(made.body)
}
const transform = (payload: object) =>
  harness.request({ method: 'POST', url: '/api/v1/transform', payload: { source, ...payload } })
const fresh = (name: string) => `${Math.random().toString(36).slice(2)}/${name}`

describe.each([s3 === undefined ? [] : ['bucket'], azurite === undefined ? [] : ['container']].flat())(
  'a result for the %s',
  (origin) => {
    it('is stored there, and the answer says where instead of sending it', async () => {
      const [small, large] = [fresh('small'), fresh('large.png')]
      const answer = await transform({
        outputs: [
          {
            name: 'small',
            pipeline: [{ op: 'resize', width: 10 }],
            output: { format: 'png' },
            store: { origin, path: small },
          },
          { name: 'large', output: { format: 'png' }, store: { origin, path: large } },
          { name: 'here', output: { format: 'png' } },
        ],
      })
      expect(answer.statusCode, answer.body).toBe(200)
      const [first, second, third] = answer.json().outputs
      expect(first).toMatchObject({
        width: 10,
        object: { origin, path: `${small}.png`, etag: expect.any(String) },
      })
      expect(first).not.toHaveProperty('data')
      expect(second.object.path).toBe(large)
      expect(third).not.toHaveProperty('object')
    })

    it('does not replace what lies there, unless the request says so', async () => {
      const store = { origin, path: fresh('a.png') }
      const output = { format: 'png' }
      expect((await transform({ output, store })).statusCode).toBe(200)
      const again = await transform({ output, store })
      expect([again.statusCode, again.json().code]).toEqual([409, 'origin/exists'])
      expect(again.json().detail).toContain('"results"')
      expect((await transform({ output, store: { ...store, overwrite: true } })).statusCode).toBe(200)
    })
  },
)

describe.runIf(s3 !== undefined)('a result is refused', () => {
  it.each([
    ['by an origin that is not said to be writable', { origin: 'closed' }, 403, 'origin/read-only'],
    ['by one that is not there', { origin: 'nowhere' }, 404, 'origin/unknown'],
  ])('before anything is made %s', async (_, store, status, code) => {
    const runs = harness.runs.length
    for (const more of [{}, { dryRun: true }]) {
      const answer = await transform({ store: { path: 'a.webp', ...store }, ...more })
      expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    }
    expect(harness.runs.length).toBe(runs)
  })

  it('by a bucket whose credentials do not hold, which is named', async () => {
    const answer = await transform({ store: { origin: 'wrong', path: 'a.webp' } })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'origin/refused'])
    expect(answer.json().detail).toContain('shop/a.webp in the bucket "results"')
  })
})

it.each([
  [{ path: 'a.png', overwrite: true }, '/store/overwrite'],
  [{ path: 'a.png', origin: 'bucket', visibility: 'private' }, '/store/visibility'],
  [{ path: 'a.png', origin: '' }, '/store/origin'],
  [{ path: 'a.png', origin: 'bucket', overwrite: 'yes' }, '/store/overwrite'],
  [{ origin: 'bucket' }, '/store/path'],
])('%o is refused at %s', async (store, pointer) => {
  const answer = await transform({ store })
  expect([answer.statusCode, answer.json().pointer]).toEqual([400, pointer])
})
