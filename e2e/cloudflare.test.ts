/** Cloudflare's language over HTTP: each row of the table of conformance acts, and errors have the vendor's form. */
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/cloudflare/conformance.ts'
import { generatePng, type RunningServer, startServer } from './support.ts'

let server: RunningServer
let mount: string

beforeAll(async () => {
  server = await startServer()
  mount = `${server.url}/cloudflare/${server.firstRun.project}/cdn-cgi/image`
  const bordered = await sharp(await generatePng({ width: 300, height: 160 }))
    .extend({ top: 12, bottom: 12, left: 12, right: 12, background: '#102030' })
    .withExif({ IFD0: { Copyright: 'Somebody' } })
    .png()
    .toBuffer()
  const frames = await Promise.all(
    ['red', 'lime'].map((background) =>
      sharp({ create: { width: 20, height: 20, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  const moving = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [90, 90] })
    .toBuffer()
  for (const [bytes, name] of [
    [bordered, 'photo.png'],
    [moving, 'moving.gif'],
  ] as const) {
    const response = await server.upload(bytes, name, { target_path: `cf/${name}` })
    expect(response.status).toBe(201)
  }
})
afterAll(() => server?.stop())

/** The measurements that the effects of the table are about. */
async function seen(options: string) {
  const name = options.includes('anim') || options === 'format=webp' ? 'moving.gif' : 'photo.png'
  const response = await fetch(`${mount}/${options}/cf/${name}`, { headers: { accept: 'image/webp' } })
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(response.status, bytes.toString('utf8', 0, 200)).toBe(200)
  expect(response.headers.get('cf-resized')).toBe('internal=ok')
  const type = response.headers.get('content-type')
  if (type === 'application/json') return { type }
  const image = sharp(bytes)
  const { width, height } = await image.metadata()
  const { channels } = await image.clone().removeAlpha().toColourspace('srgb').stats()
  const [red, green, blue] = channels.map(({ mean }) => mean)
  const { data } = await image.clone().greyscale().raw().toBuffer({ resolveWithObject: true })
  let edges = 0
  for (let at = 1; at < data.length; at++) edges += Math.abs((data[at] ?? 0) - (data[at - 1] ?? 0))
  return {
    type,
    size: `${width}x${height}`,
    bytes: bytes.toString('base64'),
    pixels: await image
      .clone()
      .raw()
      .toBuffer()
      .then((raw) => raw.toString('base64')),
    light: ((red ?? 0) + (green ?? 0) + (blue ?? 0)) / 3,
    colour: Math.max(red ?? 0, green ?? 0, blue ?? 0) - Math.min(red ?? 0, green ?? 0, blue ?? 0),
    detail: edges / data.length,
  }
}

describe('the table of conformance', () => {
  const acting = conformance.rows
    .filter((row) => 'example' in row)
    .filter(({ effect }) => effect !== 'faces' && effect !== 'cut-out')
  it.each(acting.map((row) => [row.parameter, row] as const))('%s', async (_, { example, effect }) => {
    const one = await seen(example.with)
    const other = await seen(example.without)
    switch (effect) {
      case 'type':
      case 'size':
      case 'bytes':
      case 'pixels':
        return expect(one[effect]).not.toBe(other[effect])
      case 'brighter':
        return expect(one.light).toBeGreaterThan((other.light ?? 0) + 5)
      case 'pale':
        return expect(one.colour).toBeLessThan((other.colour ?? 0) / 2)
      case 'soft':
        return expect(one.detail).toBeLessThan((other.detail ?? 0) * 0.8)
      case 'sharp':
        return expect(one.detail).toBeGreaterThan((other.detail ?? 0) * 1.2)
      default:
        throw new Error(`nobody measures ${effect}`)
    }
  })
})

describe('errors', () => {
  it.each([
    ['wdith=5/cf/photo.png', 400, 9401],
    ['w=5/cf/nothing.png', 404, 9404],
    ['w=20000/cf/photo.png', 422, 9402],
    ['trim=200;0;200;0/cf/photo.png', 422, 9401],
    ['w=5/https://origin.test/a.png', 403, 9408],
  ])('%s is %i, ERROR %i', async (path, status, number) => {
    const response = await fetch(`${mount}/${path}`)
    expect(response.status).toBe(status)
    expect(response.headers.get('cf-resized')).toBe(`err=${number}`)
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toMatch(new RegExp(`^ERROR ${number}: `))
  })
})
