/** The client against a real server: what it uploads, it can sign, show, list, describe and delete. */
import { Fovea, FoveaError } from '@fovea/client'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer } from './support.ts'

let server: RunningServer
let fovea: Fovea
let png: Uint8Array

beforeAll(async () => {
  server = await startServer()
  const { project, apiKey, signingSecret } = server.firstRun
  fovea = new Fovea({ apiKey, url: server.url, project, signingSecret })
  png = await generatePng({ width: 640, height: 400 })
})
afterAll(() => server?.stop())

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('should have failed'),
    (error: unknown) => error as FoveaError,
  )

async function picture(url: string) {
  const response = await fetch(url)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(response.status, bytes.toString('utf8', 0, 300)).toBe(200)
  const { width, height, format } = await sharp(bytes).metadata()
  return {
    width,
    height,
    format,
    type: response.headers.get('content-type'),
    caching: response.headers.get('cache-control'),
  }
}

describe('the client', () => {
  const key = 'sdk/first picture é.png'

  it('uploads bytes, blobs and streams under the key asked for', async () => {
    expect(await fovea.images.upload(png, key)).toMatchObject({ key, isNew: true })
    expect(await fovea.images.upload(new Blob([Uint8Array.from(png)]), 'sdk/again.png')).toMatchObject({
      key: 'sdk/again.png',
      isNew: false,
    })
    const other = await generatePng({ width: 64, height: 48, seed: 9 })
    const stream = new Blob([Uint8Array.from(other)]).stream()
    expect(await fovea.images.upload(stream, 'sdk/streamed')).toMatchObject({ key: 'sdk/streamed.png' })
  })

  it('signs URLs the server answers with the edited picture', async () => {
    const url = await fovea.images.url(
      key,
      [{ rotate: { angle: 90 } }, { resize: { width: 100, height: 120 } }],
      {
        format: 'jpeg',
      },
    )
    expect(await picture(url)).toMatchObject({ width: 100, height: 120, format: 'jpeg', type: 'image/jpeg' })
    expect((await picture(await fovea.images.url(key))).caching).toContain('immutable')
  })

  it('needs nothing but the API key', async () => {
    const bare = new Fovea({ apiKey: server.firstRun.apiKey, url: server.url })
    expect(await picture(await bare.images.url(key, { resize: { width: 90 } }))).toMatchObject({ width: 90 })
    const { key: text, ...made } = await bare.keys.create({ name: 'reader', scopes: ['read'] })
    const reader = new Fovea({ apiKey: text, url: server.url })
    expect((await reader.keys.list()).map(({ id, scopes }) => [id, scopes])).toContainEqual([
      made.id,
      ['read'],
    ])
    await expect(reader.images.url(key)).rejects.toThrow('scope "write"')
    await bare.keys.revoke(made.id)
    expect(await failure(reader.usage())).toMatchObject({ status: 401 })
    expect((await bare.usage()).images).toBeGreaterThan(0)
  })

  it('hands a page an address that takes one file', async () => {
    const target = await fovea.images.signUrl('pages/target.png', { contentType: 'image/png' })
    const body = Uint8Array.from(await generatePng({ width: 33, height: 22, seed: 4 }))
    const sent = await fetch(target.uploadUrl, { method: 'PUT', headers: target.headers, body })
    expect(sent.status, await sent.text()).toBe(201)
    expect((await fovea.images.metadata(target.key)).width).toBe(33)
    expect(await failure(fovea.images.signUrl('pages/target.png'))).toMatchObject({ status: 409 })
  })

  it('runs pipelines on files and stored images', async () => {
    const [small, hash] = await fovea.transform({
      source: png,
      pipeline: [{ op: 'rotate', angle: 90 }],
      outputs: [
        { name: 'small', pipeline: [{ op: 'resize', width: 50 }], output: { format: 'jpeg' } },
        { output: { format: 'blurhash' } },
      ],
    })
    expect(small).toMatchObject({ name: 'small', mediaType: 'image/jpeg', width: 50, height: 80 })
    expect((await sharp(Buffer.from(small?.data ?? [])).metadata()).width).toBe(50)
    expect(hash?.text).toMatch(/^\S{6,}$/)
    const [stored] = await fovea.transform({ source: { asset: key }, output: { format: 'png' } })
    expect(stored).toMatchObject({ mediaType: 'image/png', width: 640, stored: undefined })
    const [kept] = await fovea.transform({
      source: { asset: key },
      pipeline: [{ op: 'resize', width: 44 }],
      store: { path: 'made/small.png' },
    })
    expect(kept).toMatchObject({ data: undefined, stored: { key: 'made/small.png' } })
    expect((await fovea.images.get(kept?.stored?.id ?? '')).width).toBe(44)
    const wrong = fovea.transform({ source: png, pipeline: [{ op: 'blur', sigma: -1 }] })
    expect(await failure(wrong)).toMatchObject({ status: 400 })
  })

  it('describes images and calls presets', async () => {
    const [found] = (await fovea.images.list({ prefix: key })).images
    await fovea.images.update(found?.id ?? '', {
      altText: 'first',
      tags: ['a'],
      focalPoint: { x: 0.2, y: 0.3 },
    })
    const preset = await fovea.presets.create({ name: 'small', params: { w: 70 } })
    expect(await picture(await fovea.images.deliveryUrl(key, { preset: 'small' }))).toMatchObject({
      width: 70,
    })
    await fovea.presets.update(preset.id, { params: { w: 60 } })
    expect(await picture(await fovea.images.deliveryUrl(key, { preset: 'small' }))).toMatchObject({
      width: 60,
    })
    await fovea.presets.delete(preset.id)
    expect(await fovea.presets.list()).toEqual([])
  })

  it('never enlarges unless told', async () => {
    expect(await picture(await fovea.images.url(key, { resize: { width: 2000 } }))).toMatchObject({
      width: 640,
      format: 'webp',
    })
    expect(
      await picture(await fovea.images.url(key, { resize: { width: 2000, upscale: true } })),
    ).toMatchObject({
      width: 2000,
      height: 1250,
    })
  })

  it('signs with an expiry, and the server keeps to the signature', async () => {
    const url = await fovea.images.url(key, { blur: 3 }, undefined, { expires: 3600 })
    expect((await picture(url)).width).toBe(640)
    for (const changed of [
      url.replace(/exp=\d+/, 'exp=1'),
      url.replace(/sig=./, 'sig=x'),
      url.replace(/[?&]sig=.*/, ''),
    ]) {
      expect((await fetch(changed)).status).toBe(403)
    }
  })

  it('builds plain delivery URLs', async () => {
    const url = await fovea.images.deliveryUrl(key, {
      w: 100,
      h: 100,
      fit: 'cover',
      crop: 'attention',
      format: 'avif',
    })
    expect(await picture(url)).toMatchObject({ width: 100, height: 100, type: 'image/avif' })
    expect(await picture(await fovea.images.signedDeliveryUrl(key, { w: 50, format: 'jpg' }))).toMatchObject({
      width: 50,
    })
  })

  it('lists what is there, page by page', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await fovea.images.list({ limit: 1, cursor })
      seen.push(...page.images.map((image) => image.key))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(expect.arrayContaining([key, 'sdk/again.png', 'sdk/streamed.png']))
    const folder = await fovea.images.list({ folder: 'sdk' })
    expect(folder.images.map((image) => image.key).sort()).toEqual(
      [key, 'sdk/again.png', 'sdk/streamed.png'].sort(),
    )
    expect(folder.images.find((image) => image.key === key)?.size).toBe(png.byteLength)
  })

  it('describes an image by key and by id', async () => {
    expect(await fovea.images.metadata(key)).toMatchObject({
      width: 640,
      height: 400,
      format: 'png',
      size: png.byteLength,
    })
    const { id } = await fovea.images.upload(png, key)
    expect(await fovea.images.get(id)).toMatchObject({
      width: 640,
      height: 400,
      mimeType: 'image/png',
      visibility: 'public',
    })
  })

  it('deletes one key and leaves the others', async () => {
    const url = await fovea.images.url(key, { resize: { width: 33 } })
    await picture(url)
    await fovea.images.delete(key)
    expect((await fetch(url)).status).toBe(404)
    expect((await picture(await fovea.images.url('sdk/again.png', { resize: { width: 33 } }))).width).toBe(33)
    expect(await failure(fovea.images.delete(key))).toMatchObject({ name: 'FoveaError', status: 404 })
  })

  it('throws what the server says', async () => {
    const text = new TextEncoder().encode('not an image')
    const refused = await failure(fovea.images.upload(text, 'sdk/text.png'))
    expect(refused).toBeInstanceOf(FoveaError)
    expect(refused.status).toBe(415)
    expect(refused.message.length).toBeGreaterThan(10)
    expect(await failure(fovea.images.metadata('sdk/nowhere.png'))).toMatchObject({ status: 404 })
    const stranger = new Fovea({ apiKey: 'fov_wrong', url: server.url, project: server.firstRun.project })
    expect(await failure(stranger.images.list())).toMatchObject({ status: 401 })
  })
})
