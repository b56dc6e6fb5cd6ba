/** An asset's focal point in every dialect: where the request names no place, and nowhere else. */
import type { DialectName } from '@fovea/core'
import { signText } from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssetId } from '../assets/asset.ts'
import { type Harness, signingSecret, startHarness } from './delivery.test-harness.ts'
import { nodeDigest } from './node-digest.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
  harness.auto = () => Buffer.from('a picture')
})
afterAll(() => harness.close())

const payload = (edits: object) => {
  const target = Buffer.from(JSON.stringify({ key: 'photo.png', edits: [edits] })).toString('base64url')
  return `/t/demo/${target}?sig=${signText(nodeDigest, signingSecret.secret, target)}`
}

/** A cut that names no place, and one that names the centre, where the dialect has a word for it. */
const cuts: Readonly<Partial<Record<DialectName, readonly [unsaid: string, said?: string]>>> = {
  'img-src': ['/i/demo/photo.png?w=40&h=90', '/i/demo/photo.png?w=40&h=90&crop=center'],
  'signed-payload': [
    payload({ resize: { width: 40, height: 90 } }),
    payload({ resize: { width: 40, height: 90, position: 'center' } }),
  ],
  imgix: ['/imgix/demo/photo.png?w=40&h=90&fit=crop', '/imgix/demo/photo.png?w=40&h=90&fit=crop&crop=center'],
  cloudinary: [
    '/cloudinary/demo/image/upload/c_fill,h_90,w_40/photo.png',
    '/cloudinary/demo/image/upload/c_fill,g_center,h_90,w_40/photo.png',
  ],
  cloudflare: [
    '/cloudflare/demo/cdn-cgi/image/width=40,height=90,fit=cover/photo.png',
    '/cloudflare/demo/cdn-cgi/image/width=40,height=90,fit=cover,gravity=center/photo.png',
  ],
  imagekit: ['/imagekit/demo/tr:w-40,h-90/photo.png', '/imagekit/demo/tr:w-40,h-90,fo-center/photo.png'],
  cloudimage: ['/cloudimage/demo/photo.png?w=40&h=90', '/cloudimage/demo/photo.png?w=40&h=90&gravity=center'],
  imgproxy: [
    '/imgproxy/demo/_/rs:fill:40:90/plain/photo.png',
    '/imgproxy/demo/_/rs:fill:40:90/g:ce/plain/photo.png',
  ],
  iiif: ['/iiif/3/demo/photo.png/square/40,/0/default.png'],
}

async function etagOf(url: string, focalPoint?: { x: number; y: number }): Promise<string> {
  await harness.addAsset('photo.png', { id: '01ASSET' as AssetId, focalPoint })
  const { status, headers, body } = await harness.get(url)
  expect(status, body.toString()).toBe(200)
  return String(headers.etag)
}

describe.each(Object.entries(cuts))('%s', (_, [unsaid, said]) => {
  it('cuts around the focal point when it names no place, and anew when that moves', async () => {
    const none = await etagOf(unsaid)
    const left = await etagOf(unsaid, { x: 0.1, y: 0.5 })
    const right = await etagOf(unsaid, { x: 0.9, y: 0.5 })
    expect(new Set([none, left, right]).size).toBe(3)
    expect(await etagOf(unsaid)).toBe(none)
  })

  if (said === undefined) return
  it('keeps to the centre when it names it', async () => {
    const none = await etagOf(said)
    expect(none).toBe(await etagOf(unsaid))
    expect(await etagOf(said, { x: 0.1, y: 0.5 })).toBe(none)
  })
})

it('is one variant for what cuts nothing, wherever the point lies', async () => {
  const url = '/i/demo/photo.png?w=40'
  expect(await etagOf(url, { x: 0.1, y: 0.5 })).toBe(await etagOf(url))
})
