/** The SDKs of Cloudinary and ImageKit, and unpic for both, against hosts of a project. */
import { v2 as cloudinary } from 'cloudinary'
import ImageKit from 'imagekit'
import * as unpicCloudinary from 'unpic/providers/cloudinary'
import * as unpicImageKit from 'unpic/providers/imagekit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRegion, locator, type Region, told, whole } from './locator.ts'
import { type Site, singleByteChanges, startSite } from './site.ts'

const clouds = 'res.cloudinary.test'
const kits = 'ik.test'
const middle: Region = [0.125, 0, 0.875, 1]
let site: Site

beforeAll(async () => {
  site = await startSite({
    hosts: {
      [clouds]: 'cloudinary',
      [kits]: 'imagekit',
      'ik.imagekit.io': 'imagekit',
      'res.cloudinary.com': 'cloudinary',
    },
    pictures: { 'dir/photo.jpg': await locator(400, 300) },
  })
})
afterAll(() => site?.stop())

/** Every change that could be served is refused. */
async function expectRefusals(host: string, signed: string, refusal: number): Promise<void> {
  expect((await site.target(host, signed)).status, signed).toBe(200)
  const changes = [...singleByteChanges(signed)]
  const statuses = await Promise.all(
    changes.map(async (changed) => [(await site.target(host, changed)).status, changed] as const),
  )
  expect(changes.length).toBeGreaterThan(200)
  expect(statuses.filter(([status]) => status !== refusal && status !== 400 && status !== 404)).toEqual([])
}

describe('cloudinary', () => {
  const url = (options: Readonly<Record<string, unknown>>) =>
    cloudinary.url('dir/photo.jpg', {
      cloud_name: 'demo',
      secure: true,
      secure_distribution: clouds,
      urlAnalytics: false,
      ...options,
    })

  it.each<[Readonly<Record<string, unknown>>, string, Region]>([
    [{}, '400x300', whole],
    [{ width: 200, crop: 'scale' }, '200x150', whole],
    [{ width: 100, height: 100, crop: 'fill', gravity: 'center' }, '100x100', middle],
    [{ width: 100, height: 100, crop: 'fill', gravity: 'west' }, '100x100', [0, 0, 0.75, 1]],
    [{ width: 100, height: 100, crop: 'crop', x: 200, y: 100 }, '100x100', [0.5, 0.333, 0.75, 0.667]],
    [{ width: 100, height: 100, crop: 'fit' }, '100x75', whole],
    [{ width: 900, crop: 'limit' }, '400x300', whole],
    [{ aspect_ratio: '2:1', width: 200, crop: 'fill' }, '200x100', [0, 0.167, 1, 0.833]],
    [{ transformation: [{ width: 200, crop: 'scale' }, { angle: 'hflip' }] }, '200x150', [1, 0, 0, 1]],
    [{ dpr: 2, width: 50, crop: 'fit' }, '100x75', whole],
  ])('%j gives %s', async (options, size, region) => {
    for (const address of [url(options), url({ ...options, private_cdn: true, urlAnalytics: true })]) {
      const got = await site.get(address)
      expect(await told(got), address).toBe(`jpeg ${size}`)
      await expectRegion(got, region, address)
    }
  })

  it('fetches pictures of the web, and writes text', async () => {
    const fetched = cloudinary.url(`${site.web}/a b.jpg`, {
      cloud_name: 'demo',
      secure: true,
      secure_distribution: clouds,
      type: 'fetch',
      width: 60,
      crop: 'scale',
    })
    expect(await told(await site.get(fetched))).toBe('jpeg 60x45')
    const text = { font_family: 'Arial', font_size: 40, text: 'Hello, World/é' }
    const written = await site.get(url({ overlay: text, gravity: 'south', color: 'white' }))
    expect(written.status).toBe(200)
    expect(written.bytes.equals((await site.get(url({}))).bytes)).toBe(false)
  })

  it.each([false, true])('signs (long form: %s), and no byte may be another', async (long_url_signature) => {
    const signed = url({
      sign_url: true,
      api_secret: site.secret,
      long_url_signature,
      type: 'authenticated',
      width: 30,
      crop: 'scale',
    })
    const path = new URL(signed).pathname
    // Neither the cloud's name nor the version is signed, nor is the type: authenticated and private are alike, and
    // upload needs no signature here. What stands between must hold.
    const from = path.indexOf('/s--')
    const version = path.indexOf('/v1/')
    expect((await site.target(clouds, path)).status).toBe(200)
    const changes = [...singleByteChanges(path)].filter(
      (changed) =>
        changed.startsWith(path.slice(0, from + 1)) && changed.includes(path.slice(version, version + 4)),
    )
    const statuses = await Promise.all(
      changes.map(async (changed) => [(await site.target(clouds, changed)).status, changed] as const),
    )
    expect(changes.length).toBeGreaterThan(200)
    expect(statuses.filter(([status]) => ![400, 401, 404].includes(status))).toEqual([])
  })
})

describe('imagekit', () => {
  const kit = () =>
    new ImageKit({ publicKey: 'public', privateKey: site.secret, urlEndpoint: `https://${kits}` })

  it.each<[Readonly<Record<string, string | number>>[], string, Region]>([
    [[{ width: 200 }], '200x150', whole],
    [[{ width: 100, height: 100 }], '100x100', middle],
    [[{ width: 100, height: 100, focus: 'left' }], '100x100', [0, 0, 0.75, 1]],
    [[{ width: 100, height: 100, crop: 'at_max' }], '100x75', whole],
    [[{ width: 100, height: 100, crop: 'force' }], '100x100', whole],
    [[{ cropMode: 'extract', width: 200, height: 150 }], '200x150', [0.25, 0.25, 0.75, 0.75]],
    [[{ height: 300, width: 400 }, { rotation: 180 }], '400x300', [1, 1, 0, 0]],
    [[{ aspectRatio: '4-3', width: '200' }], '200x150', whole],
    [[{ dpr: 2, width: 50 }], '100x75', whole],
    [[{ raw: 'w-300,h-200:rt-180' }], '300x200', [1, 0.944, 0, 0.056]],
  ])('%j gives %s', async (transformation, size, region) => {
    for (const transformationPosition of ['path', 'query'] as const) {
      const url = kit().url({ path: '/dir/photo.jpg', transformation, transformationPosition })
      const got = await site.get(url)
      expect(await told(got), url).toBe(`jpeg ${size}`)
      await expectRegion(got, region, url)
    }
  })

  it.each([undefined, 300])('signs (expiry in %s s), and no byte may be another', async (expireSeconds) => {
    expect((await site.post('/api/v1/project', { access: 'signed' }, 'PATCH')).status).toBe(200)
    const url = kit().url({
      path: '/dir/photo.jpg',
      transformation: [{ width: 30 }],
      signed: true,
      ...(expireSeconds === undefined ? {} : { expireSeconds }),
    })
    await expectRefusals(kits, url.slice(`https://${kits}`.length), 401)
    expect((await site.post('/api/v1/project', { access: 'open' }, 'PATCH')).status).toBe(200)
  })
})

describe('unpic', () => {
  it.each([
    [{ width: 300 }, '300x225'],
    [{ width: 300, height: 200 }, '300x200'],
  ])('%j gives %s', async (operations, size) => {
    const cloud = unpicCloudinary.generate(
      'https://res.cloudinary.com/demo/image/upload/v1/dir/photo.jpg',
      { ...operations },
      {},
    )
    const got = await site.get(cloud, 'image/webp')
    expect(await told(got), cloud).toBe(`webp ${size}`)
    // The host of ImageKit carries the account's name, which here is the project's, behind the mount.
    const kit = unpicImageKit.generate('https://ik.imagekit.io/demo/dir/photo.jpg', { ...operations })
    const path = kit.slice('https://ik.imagekit.io'.length)
    const same = await site.target('127.0.0.1', `/imagekit${path}`, 'image/webp')
    expect(await told(same), kit).toBe(`webp ${size}`)
    for (const [url, provider] of [
      [cloud, unpicCloudinary],
      [kit, unpicImageKit],
    ] as const)
      expect(provider.extract(url)?.operations).toMatchObject(operations)
  })
})
