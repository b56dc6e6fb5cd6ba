/** `POST /api/v1/transform` on a running server: decoded by its children, fetched through its guard, stored for good. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer } from './support.ts'

let server: RunningServer
let photo: Buffer
let remote: ReturnType<typeof createServer>
let remoteUrl: string

beforeAll(async () => {
  photo = await sharp(await generatePng({ width: 800, height: 600 }))
    .jpeg()
    .toBuffer()
  remote = createServer((_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo))
  await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve))
  const { port } = remote.address() as AddressInfo
  remoteUrl = `http://127.0.0.1:${port}/photo.jpg`
  server = await startServer({ env: { FOVEA_EGRESS_ALLOW: `127.0.0.1:${port}` } })
  const mark = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const response = await server.upload(mark, 'mark.png', {
    target_path: 'private/mark.png',
    visibility: 'private',
  })
  expect(response.status).toBe(201)
})
afterAll(async () => {
  remote?.close()
  await server?.stop()
})

function transform(request: object, headers: Record<string, string> = {}): Promise<Response> {
  return server.api('/api/v1/transform', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  })
}

it('fetches, works in order with a private picture beside it, and answers several sizes of one decode', async () => {
  const response = await transform({
    source: { url: remoteUrl },
    pipeline: [
      { op: 'resize', width: 400 },
      { op: 'overlay', picture: { asset: 'private/mark.png' }, position: 'top-left' },
    ],
    outputs: [
      { name: 'large', output: { format: 'png' } },
      { name: 'small', pipeline: [{ op: 'resize', width: 100 }], output: { format: 'jpeg', quality: 70 } },
    ],
  })
  const body = (await response.json()) as { outputs: { name: string; data: string; format: string }[] }
  expect(response.status, JSON.stringify(body).slice(0, 300)).toBe(200)
  const [large, small] = await Promise.all(
    body.outputs.map(async ({ data }) => {
      const image = sharp(Buffer.from(data, 'base64'))
      const { width, height, format } = await image.metadata()
      const pixels = await image
        .extract({ left: 3, top: 3, width: 1, height: 1 })
        .removeAlpha()
        .raw()
        .toBuffer()
      return { size: `${width}x${height}`, format, isRed: (pixels[0] ?? 0) > 200 && (pixels[1] ?? 255) < 60 }
    }),
  )
  expect(large).toEqual({ size: '400x300', format: 'png', isRed: true })
  expect(small).toEqual({ size: '100x75', format: 'jpeg', isRed: true })
})

it('takes a form, stores the result, and delivers it from then on', async () => {
  const form = new FormData()
  const store = { path: 'made/thumb.webp' }
  form.append('request', JSON.stringify({ pipeline: [{ op: 'resize', width: 64, height: 64 }], store }))
  form.append('file', new Blob([Uint8Array.from(photo)]), 'photo.jpg')
  const response = await server.api('/api/v1/transform', { method: 'POST', body: form })
  expect(response.status, await response.clone().text()).toBe(200)
  const [output] = ((await response.json()) as { outputs: { image: { url: string } }[] }).outputs
  const delivered = await fetch(new URL(new URL(output?.image.url ?? '').pathname, server.url))
  expect(delivered.status).toBe(200)
  const { width, height } = await sharp(Buffer.from(await delivered.arrayBuffer())).metadata()
  expect([width, height]).toEqual([64, 64])
})

it('makes nothing when one output cannot be made, and says which', async () => {
  const response = await transform({
    source: { url: remoteUrl },
    outputs: [{ store: { path: 'never.webp' } }, { pipeline: [{ op: 'crop', left: 790, width: 100 }] }],
  })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ pointer: '/outputs/1/pipeline/0', operation: 'crop' })
  expect(
    (await server.api('/api/v1/images/search?q=never').then((found) => found.json())) as object,
  ).toMatchObject({
    total: 0,
  })
})

it('reaches no private address, however it is named', async () => {
  for (const url of [
    'http://127.0.0.1:1/',
    'https://[::1]/a',
    'https://169.254.169.254/',
    'https://2130706433/',
  ])
    expect((await transform({ source: { url } })).status, url).toBe(403)
})
