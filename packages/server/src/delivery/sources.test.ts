import { defaultLimits, type ImageRequest, parsePipeline, problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import type { Asset } from '../assets/asset.ts'
import type { ConfiguredOrigin, OriginPlace, RemoteSource } from '../origins/index.ts'
import type { Project, ProjectId } from '../projects/project.ts'
import { findSources, visibilityOf } from './sources.ts'

const project = { id: 'p', settings: { watermark: null } } as unknown as Project
const stored: Readonly<Record<string, Asset['visibility']>> = {
  'photo.jpg': 'public',
  'logo.png': 'public',
  'secret.png': 'private',
}
let origins: readonly ConfiguredOrigin[] = []
const app = {
  limits: defaultLimits,
  blobs: { file: async () => ({ path: '/nowhere', release: () => {} }) },
  origins: { list: async () => origins },
  sources: {
    find: async (_: ProjectId, { name }: ConfiguredOrigin, { path, query }: OriginPlace) => {
      if (path.startsWith('https://old.test/')) throw problem('origin/unreachable')
      return { id: `${name}:${path}?${query}`, freshUntil: 5_000 } as unknown as RemoteSource
    },
  },
  assets: {
    findForDelivery: async (_: Project, path: string) => {
      const visibility = stored[path]
      return visibility === undefined ? undefined : ({ path, visibility } as Asset)
    },
    findLinked: async () => undefined,
  },
}

function asking(pictures: readonly object[], signed = false): ImageRequest {
  const pipeline = pictures.map((picture) => ({ op: 'overlay', picture }))
  return {
    source: { kind: 'asset', path: 'photo.jpg', match: 'stem' },
    pipeline: parsePipeline(pipeline, defaultLimits),
    output: { kind: 'image', format: 'webp', metadata: 'none', animated: true },
    delivery: { originalIfExact: false, immutable: false, negotiated: false },
    ...(signed ? { signature: { scheme: 'fovea-hmac-sha256', value: '', signedText: '' } } : {}),
  } as ImageRequest
}

it('finds the source and each picture by its key', async () => {
  const found = await findSources(asking([{ asset: 'logo.png' }, { asset: 'logo.png' }]), project, app)
  expect(found.asset.path).toBe('photo.jpg')
  expect([...found.pictures.keys()]).toEqual(['{"asset":"logo.png"}'])
  expect(visibilityOf(found)).toBe('public')
})

it('shows a private picture to holders of a signed URL only, and makes the answer private', async () => {
  const secret = [{ asset: 'logo.png' }, { asset: 'secret.png' }]
  await expect(findSources(asking(secret), project, app)).rejects.toMatchObject({ code: 'signature/missing' })
  const signed = asking(secret, true)
  expect(visibilityOf(await findSources(signed, project, app))).toBe('private')
  const { signature } = signed
  const open = { ...signed, ...(signature && { signature: { ...signature, sourceOnly: true as const } }) }
  await expect(findSources(open, project, app)).rejects.toMatchObject({ code: 'signature/missing' })
})

describe('the watermark', () => {
  const marked = (asset: string) =>
    ({ id: 'p', settings: { watermark: { picture: { asset } } } }) as unknown as Project

  it('may be private and hides nothing', async () => {
    const found = await findSources(asking([]), marked('secret.png'), app)
    expect([...found.pictures.keys()]).toEqual(['{"asset":"secret.png"}'])
    expect(visibilityOf(found)).toBe('public')
  })

  it('opens no private picture to those who name it themselves', async () => {
    const asked = [{ asset: 'secret.png' }]
    await expect(findSources(asking(asked), marked('secret.png'), app)).rejects.toMatchObject({
      code: 'signature/missing',
    })
    expect(visibilityOf(await findSources(asking(asked, true), marked('secret.png'), app))).toBe('private')
  })

  it('is a reason to show nothing when it is gone', async () => {
    await expect(findSources(asking([]), marked('gone.png'), app)).rejects.toMatchObject({
      code: 'watermark/missing',
    })
  })
})

it.each([
  [{ asset: 'gone.png' }, 'asset/not-found', 'There is no image "gone.png" in this project.'],
  [{ url: 'https://a.example/b.png' }, 'origin/forbidden', 'https://a.example/b.png'],
])('names a picture that it cannot find: %j', async (picture, code, detail) => {
  await expect(findSources(asking([picture], true), project, app)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(detail),
  })
})

describe('with origins', () => {
  const origin = (name: string, prefix: string, settings: object = {}, kind = 'web') =>
    ({ name, kind, prefix, settings }) as unknown as ConfiguredOrigin

  it.each([
    ['shop/a.jpg', undefined, 'shop:a.jpg?'],
    ['shop/deep/a.jpg', undefined, 'deep:a.jpg?'],
    ['shop/', undefined, 'rest:shop/?'],
    ['photo.jpg', undefined, undefined],
    ['other.jpg', undefined, 'rest:other.jpg?'],
    ['photo.jpg', 'shop', 'shop:photo.jpg?'],
  ])('%s of origin %s is %s', async (path, name, id) => {
    origins = [
      origin('rest', ''),
      origin('shop', 'shop/'),
      origin('deep', 'shop/deep/'),
      origin('any', '', {}, 'proxy'),
    ]
    const source = { kind: 'asset', path, match: 'exact', ...(name === undefined ? {} : { origin: name }) }
    const { asset } = await findSources({ ...asking([]), source } as ImageRequest, project, app)
    expect(asset.id).toBe(id)
  })

  it('asks an origin with the parameters that its settings choose, in their order', async () => {
    origins = [origin('web', 'w/', { keyQuery: ['v', 'id'] })]
    const source = { kind: 'asset', path: 'w/a.jpg', match: 'exact', query: 'id=2&w=5&v=1&x' }
    const { asset } = await findSources({ ...asking([]), source } as ImageRequest, project, app)
    expect(asset.id).toBe('web:a.jpg?id=2&v=1')
  })

  it('takes bare paths from the origin of the host', async () => {
    origins = [origin('web', 'w/')]
    const { asset } = await findSources(asking([]), project, app, { hostOrigin: 'web' })
    expect(asset.id).toBe('web:photo.jpg?')
  })

  describe('an address without its scheme', () => {
    const ask = (path: string, host: string | null = null) => {
      const source = { kind: 'asset', path, match: 'exact', address: path }
      return findSources({ ...asking([]), source } as ImageRequest, project, app, { hostOrigin: host })
    }
    const proxy = origin('any', '', { allow: ['*.img.test', 'old.test', 'photo.jpg'] }, 'proxy')

    it('is fetched over https by a proxy that may, also on a host with an origin', async () => {
      origins = [origin('rest', ''), proxy]
      expect((await ask('a.img.test/b.jpg')).asset.id).toBe('any:https://a.img.test/b.jpg?')
      expect((await ask('a.img.test/b.jpg', 'rest')).asset.id).toBe('any:https://a.img.test/b.jpg?')
    })

    it('is fetched over http where nothing answers', async () => {
      origins = [proxy]
      expect((await ask('old.test/b.jpg')).asset.id).toBe('any:http://old.test/b.jpg?')
    })

    it('is a path where it is one, or where no proxy may fetch it', async () => {
      origins = [origin('rest', ''), proxy]
      expect((await ask('photo.jpg')).asset.path).toBe('photo.jpg')
      expect((await ask('other.test/b.jpg')).asset.id).toBe('rest:other.test/b.jpg?')
      origins = [proxy]
      await expect(ask('other.test/b.jpg')).rejects.toMatchObject({ code: 'origin/forbidden' })
      origins = []
      await expect(ask('other.test/b.jpg')).rejects.toMatchObject({ code: 'asset/not-found' })
    })
  })

  it('knows nothing of an origin that the project does not have', async () => {
    origins = [origin('web', '')]
    const source = { kind: 'asset', path: 'a.jpg', match: 'exact', origin: 'gone' }
    await expect(findSources({ ...asking([]), source } as ImageRequest, project, app)).rejects.toMatchObject({
      code: 'asset/not-found',
    })
  })
})
