import { defaultLimits, type ImageRequest, parsePipeline } from '@fovea/core'
import { expect, it } from 'vitest'
import type { Asset } from '../assets/asset.ts'
import type { Project } from '../projects/project.ts'
import { findSources, visibilityOf } from './sources.ts'

const project = { id: 'p' } as Project
const stored: Readonly<Record<string, Asset['visibility']>> = {
  'photo.jpg': 'public',
  'logo.png': 'public',
  'secret.png': 'private',
}
const app = {
  limits: defaultLimits,
  assets: {
    findForDelivery: async (_: Project, path: string) => {
      const visibility = stored[path]
      return visibility === undefined ? undefined : ({ path, visibility } as Asset)
    },
  },
}

function asking(pictures: readonly object[], signed = false): ImageRequest {
  const pipeline = pictures.map((picture) => ({ op: 'overlay', picture }))
  return {
    source: { kind: 'asset', path: 'photo.jpg', match: 'stem' },
    pipeline: parsePipeline(pipeline, defaultLimits),
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
  expect(visibilityOf(await findSources(asking(secret, true), project, app))).toBe('private')
})

it.each([
  [{ asset: 'gone.png' }, 'asset/not-found', 'There is no image "gone.png" in this project.'],
  [{ url: 'https://a.example/b.png' }, 'origin/unavailable', 'https://a.example/b.png'],
])('names a picture that it cannot find: %j', async (picture, code, detail) => {
  await expect(findSources(asking([picture], true), project, app)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(detail),
  })
})
