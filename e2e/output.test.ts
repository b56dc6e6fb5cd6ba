/** Output intelligence over HTTP: a format by the picture and the browser, a quality by looks, a byte budget. */
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
let base: string

beforeAll(async () => {
  server = await startServer()
  base = `${server.url}/i/${server.firstRun.project}/e2e`
  const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const
  const photo = sharp({ create: { width: 300, height: 200, channels: 3, background: 'grey', noise } })
  const drawing = sharp({ create: { width: 300, height: 200, channels: 3, background: 'navy' } })
  const files = { 'photo.jpg': await photo.jpeg().toBuffer(), 'drawing.png': await drawing.png().toBuffer() }
  for (const [name, bytes] of Object.entries(files)) {
    const response = await server.upload(bytes, name, { target_path: `e2e/${name}` })
    expect(response.status).toBe(201)
  }
})
afterAll(() => server?.stop())

const modern = 'image/avif,image/webp,image/*,*/*;q=0.8'

async function get(target: string, accept: string) {
  const response = await fetch(`${base}/${target}`, { headers: { Accept: accept } })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes }
}

describe('output by the picture', () => {
  it.each([
    ['photo.jpg?f=auto', modern, 'image/avif'],
    ['photo.jpg?f=auto', 'image/webp,*/*', 'image/webp'],
    ['photo.jpg?f=auto', '*/*', 'image/jpeg'],
    ['drawing.png?f=auto', modern, 'image/webp'],
    ['drawing.png?f=auto', '*/*', 'image/png'],
  ])('%s for %s is %s, also from the cache', async (target, accept, type) => {
    for (let turn = 0; turn < 3; turn++) {
      const { status, headers, bytes } = await get(target, accept)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe(type)
      expect(headers.get('vary')).toBe('Accept')
      const { format } = await sharp(bytes).metadata()
      expect(type).toBe(`image/${format === 'heif' ? 'avif' : format}`)
    }
  })

  it('keeps a tag per format, and calls an attachment by what it became', async () => {
    const [first, second] = [await get('photo.jpg?f=auto', modern), await get('photo.jpg?f=auto', '*/*')]
    expect(first.headers.get('etag')).not.toBe(second.headers.get('etag'))
    const saved = await get('drawing.png?f=auto&download', modern)
    expect(saved.headers.get('content-disposition')).toContain('filename="drawing.webp"')
  })

  it('finds the smallest file, and a quality that a second size begins with', async () => {
    const smallest = await get('photo.jpg?f=smallest&w=120', modern)
    expect(smallest.status).toBe(200)
    for (const format of ['avif', 'webp', 'jpg']) {
      const other = await get(`photo.${format}?q=auto&w=120`, modern)
      expect(smallest.bytes.length).toBeLessThanOrEqual(other.bytes.length)
    }
    expect((await get('photo.webp?q=auto&w=140', modern)).status).toBe(200)
  })

  it('keeps a byte budget, or says why not', async () => {
    const { status, bytes } = await get('photo.webp?max-bytes=3000', modern)
    expect(status).toBe(200)
    expect(bytes.length).toBeLessThanOrEqual(3_000)
    expect((await get('photo.jpg?max-bytes=100', modern)).status).toBe(422)
    expect((await get('photo.jpg?f=smallest&q=80', modern)).status).toBe(400)
  })
})
