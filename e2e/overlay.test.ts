/** Pictures over pictures through signed URLs: what is shown, and what a changed or hidden picture does to it. */
import { createHmac } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer } from './support.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
  await uploaded(await generatePng({ width: 200, height: 100, noise: 0 }), 'base.png')
})
afterAll(() => server.stop())

const red = { r: 250, g: 10, b: 20 }
const blue = { r: 20, g: 10, b: 250 }

function plain(background: typeof red): Promise<Buffer> {
  return sharp({ create: { width: 20, height: 20, channels: 3, background } })
    .png()
    .toBuffer()
}

async function uploaded(bytes: Uint8Array, path: string, visibility = 'public'): Promise<string> {
  const response = await server.upload(bytes, path.split('/').at(-1) ?? path, {
    target_path: path,
    visibility,
  })
  expect(response.status).toBe(201)
  return ((await response.json()) as { id: string }).id
}

/** A signed URL of the base with a logo in its top left corner. */
function urlOf(picture: object, edits: readonly object[] = []): string {
  const overlay = { overlay: { picture, position: 'top-left', x: 10, y: 10 } }
  const payload = Buffer.from(
    JSON.stringify({ key: 'base.png', edits: [overlay, ...edits], output: { format: 'png' } }),
  ).toString('base64url')
  const signature = createHmac('sha256', server.firstRun.signingSecret).update(payload).digest('hex')
  return `${server.url}/t/demo/${payload}?sig=${signature}`
}

async function pixel(response: Response, x: number, y: number): Promise<readonly number[]> {
  expect(response.status).toBe(200)
  const { data, info } = await sharp(await response.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (y * info.width + x) * info.channels
  return [...data.subarray(at, at + 3)]
}

/** Asks until memory holds the answer. */
async function warmed(url: string): Promise<Response> {
  for (let turn = 0; turn < 20; turn++) {
    const response = await fetch(url)
    if (response.headers.get('server-timing')?.includes('memory')) return response
    await response.arrayBuffer()
  }
  throw new Error('never came from memory')
}

it('shows the picture, replaced or deleted ones at once, also where memory held the answer', async () => {
  await uploaded(await plain(red), 'logos/mark.png')
  const url = urlOf({ asset: 'logos/mark.png' })
  const first = await fetch(url)
  expect(await pixel(first.clone(), 15, 15)).toEqual([250, 10, 20])
  expect(await pixel(first.clone(), 5, 5)).not.toEqual([250, 10, 20])
  expect(await pixel(first, 31, 31)).not.toEqual([250, 10, 20])
  const held = await warmed(url)
  expect(await pixel(held, 15, 15)).toEqual([250, 10, 20])

  const id = await uploaded(await plain(blue), 'logos/mark.png')
  const replaced = await fetch(url)
  expect(replaced.headers.get('etag')).not.toBe(held.headers.get('etag'))
  expect(await pixel(replaced, 15, 15)).toEqual([20, 10, 250])
  await warmed(url)

  expect((await server.api(`/api/v1/images/${id}`, { method: 'DELETE' })).status).toBe(200)
  const gone = await fetch(url)
  expect(gone.status).toBe(404)
  expect(JSON.stringify(await gone.json())).toContain('logos/mark.png')
})

it('names its pictures to edges that purge by tag', async () => {
  await uploaded(await plain(red), 'tagged.png')
  const response = await fetch(urlOf({ asset: 'tagged.png' }))
  expect(response.headers.get('surrogate-key')?.match(/asset-/g)).toHaveLength(2)
})

it('keeps an answer private that shows a private picture', async () => {
  await uploaded(await plain(blue), 'secret.png', 'private')
  const response = await fetch(urlOf({ asset: 'secret.png' }))
  expect(await pixel(response.clone(), 15, 15)).toEqual([20, 10, 250])
  expect(response.headers.get('cache-control')).toMatch(/^private/)
})

it('refuses what it cannot find or fetch', async () => {
  expect((await fetch(urlOf({ asset: 'nowhere.png' }))).status).toBe(404)
  expect((await fetch(urlOf({ url: 'https://example.com/logo.png' }))).status).toBe(403)
  expect((await fetch(urlOf({ asset: '../../etc/passwd' }))).status).toBe(404)
  const many = Array.from({ length: 10 }, (_, at) => ({ overlay: { picture: { asset: `${at}` } } }))
  expect((await fetch(urlOf({ asset: 'tagged.png' }, many))).status).toBe(400)
})
