/** A project's watermark over HTTP: on every picture of every dialect, and on nothing else. */
import { createHmac } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectUrls } from '../fixtures/dialect-urls.ts'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer

const plain = (background: string, width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer()

const patch = (body: object) =>
  server.api('/api/v1/project', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const mark = { picture: { asset: 'marks/logo.png' }, width: '25%', position: 'bottom-right' }
const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })

/** Colours of the first and the last pixel: red where the mark is, blue where the picture is. */
async function corners(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) return `${response.status} ${bytes}`
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const colour = (at: number) => ((data[at] ?? 0) > (data[at + 2] ?? 0) ? 'red' : 'blue')
  return `${colour(0)} ${colour(data.length - info.channels)}`
}

beforeAll(async () => {
  server = await startServer()
  const logo = await plain('red', 20, 20)
  const stored = [
    await server.upload(await plain('blue', 96, 64), 'a.png', { target_path: 'photo.png' }),
    await server.upload(logo, 'b.png', { target_path: 'marks/logo.png', visibility: 'private' }),
  ]
  expect(stored.map(({ status }) => status)).toEqual([201, 201])
  const set = await patch({ watermark: mark })
  expect(set.status, await set.clone().text()).toBe(200)
  expect(await set.json()).toMatchObject({ project: { watermark: { ...mark, opacity: 1 } } })
})
afterAll(() => server.stop())

it.each(Object.entries(dialectUrls))(
  'is on what %s delivers, though it is private itself',
  async (_, urlOf) => {
    const { plain: unsigned, signed } = urlOf('demo', 'photo')
    const response = await get(signed(server.firstRun.signingSecret) ?? unsigned)
    expect(response.headers.get('cache-control')).toContain('public')
    expect(await corners(response)).toBe('blue red')
  },
)

it('is on originals, unless the project says otherwise', async () => {
  expect(await corners(await get('/i/demo/photo.png'))).toBe('blue red')
  expect((await patch({ watermark_originals: false })).status).toBe(200)
  const original = await get('/i/demo/photo.png')
  expect(original.headers.get('x-fovea-cache')).toBe('original')
  expect(await corners(original)).toBe('blue blue')
  expect(await corners(await get('/i/demo/photo.png?w=50'))).toBe('blue red')
  await patch({ watermark_originals: true })
})

it('has no part in what is told about a picture', async () => {
  const palette = await (await get('/i/demo/photo.webp?as=palette&colors=4')).text()
  await patch({ watermark: null })
  expect(await (await get('/i/demo/photo.webp?as=palette&colors=4')).text()).toBe(palette)
  await patch({ watermark: mark })
})

it('is left out by whoever can sign for it, and by nobody else', async () => {
  const target = 'photo.webp?w=30&watermark=none'
  const signature = createHmac('sha256', server.firstRun.signingSecret).update(target).digest('hex')
  expect(await corners(await get(`/i/demo/${target}&sig=${signature}`))).toBe('blue blue')
  expect((await get(`/i/demo/${target}`)).status).toBe(403)
  expect((await get('/i/demo/photo.webp?w=30&watermark=off')).status).toBe(400)

  const { images } = (await (await server.api('/api/v1/images?path=')).json()) as {
    images: { id: string; paths: string[] }[]
  }
  const id = images.find(({ paths }) => paths.includes('photo.png'))?.id
  const made = await server.api(`/api/v1/images/${id}/signed-url`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ watermark: false, transform: { w: 31 } }),
  })
  const { signed_url: url } = (await made.json()) as { signed_url: string }
  expect(await corners(await get(new URL(url).pathname + new URL(url).search))).toBe('blue blue')
})

it('leaves listed sizes listed', async () => {
  await patch({ access: 'listed', listed_sizes: ['33'], listed_qualities: [80] })
  expect(await corners(await get('/i/demo/photo.webp?w=33&q=80'))).toBe('blue red')
  expect((await get('/i/demo/photo.webp?w=34&q=80')).status).toBe(403)
  await patch({ access: 'open' })
})

it('changes every picture when it changes', async () => {
  const url = '/i/demo/photo.webp?w=44&q=90'
  const before = await get(url)
  const etag = before.headers.get('etag') ?? ''
  expect((await get(url, { 'if-none-match': etag })).status).toBe(304)
  await patch({ watermark: { ...mark, position: 'top-left' } })
  const after = await get(url, { 'if-none-match': etag })
  expect(await corners(after)).toBe('red blue')
  expect(after.headers.get('etag')).not.toBe(etag)
  await patch({ watermark: mark })
  expect((await get(url)).headers.get('etag')).toBe(etag)
})

it.each([
  [{ picture: { asset: 'marks/none.png' } }, '/watermark/picture/asset'],
  [{ picture: { url: 'https://a.test/b.png' } }, '/watermark/picture'],
  [{ ...mark, opacity: 2 }, '/watermark/opacity'],
  [{ ...mark, place: 'top' }, '/watermark'],
  [{ width: 3 }, '/watermark/picture'],
])('is refused at once when it is %j', async (watermark, pointer) => {
  const refused = await patch({ watermark })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ pointer: expect.stringContaining(pointer) })
})

it('takes every picture with it when it is deleted', async () => {
  expect((await server.api('/api/v1/images/path/demo/marks%2Flogo.png', { method: 'DELETE' })).status).toBe(
    200,
  )
  const answer = await get('/i/demo/photo.webp?w=44&q=90')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await answer.text()).toContain('watermark')
  expect((await get('/i/demo/photo.png')).status).toBe(503)
  expect((await patch({ watermark: null })).status).toBe(200)
  expect((await get('/i/demo/photo.webp?w=44&q=90')).status).toBe(200)
})
