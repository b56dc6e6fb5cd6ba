/** Presets in every dialect that has words for them: which picture one is, what wins beside it, and who may name it. */
import {
  type DialectContext,
  type DialectName,
  defaultLimits,
  dialectNamed,
  presetDialectNames,
  problem,
} from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectUrls } from '../../../../fixtures/dialect-urls.ts'
import { type Harness, startHarness } from './delivery.test-harness.ts'

const bareContext: DialectContext = { limits: defaultLimits, deliveryFormats: ['webp'], presets: new Map() }
let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
  harness.auto = () => Buffer.from('a picture')
  await harness.addAsset('photo.png')
})
afterAll(() => harness.close())

/** A preset of each dialect, the URL that names it, and one with something beside the name and what that comes to. */
const named = {
  'img-src': {
    params: { w: 40, h: 40, fit: 'cover', q: 70 },
    url: (name: string) => `/i/demo/photo.webp?p:${name}`,
    beside: ['/i/demo/photo.webp?p:card&w=80', '/i/demo/photo.webp?w=80&h=40&fit=cover&q=70'],
  },
  cloudinary: {
    params: { transformation: 'c_fill,h_40,w_40/f_webp,q_70' },
    url: (name: string) => `/cloudinary/demo/image/upload/t_${name}/photo.png`,
    beside: [
      '/cloudinary/demo/image/upload/t_card/a_90,q_80/photo.png',
      '/cloudinary/demo/image/upload/c_fill,h_40,w_40/f_webp,q_70/a_90,q_80/photo.png',
    ],
  },
  cloudflare: {
    params: { width: 40, height: 40, fit: 'cover', quality: 70, format: 'webp', metadata: 'none' },
    url: (name: string) => `/cloudflare/demo/account/photo/${name}`,
    beside: undefined,
  },
  imagekit: {
    params: { transformation: 'w-40,h-40,c-maintain_ratio,f-webp,q-70' },
    url: (name: string) => `/imagekit/demo/tr:n-${name}/photo.png`,
    beside: [
      '/imagekit/demo/tr:n-card:rt-90/photo.png',
      '/imagekit/demo/tr:w-40,h-40,c-maintain_ratio,f-webp,q-70:rt-90/photo.png',
    ],
  },
  cloudimage: {
    params: { w: 40, h: 40, func: 'crop', gravity: 'center', q: 70, force_format: '_webp' },
    url: (name: string) => `/cloudimage/demo/photo.png?p=${name}`,
    beside: ['/cloudimage/demo/photo.png?p=card&w=80', '/cloudimage/demo/photo.png?p=card'],
  },
  imgproxy: {
    params: { options: 'rs:fill:40:40:1/g:ce/q:70/kcr:0/f:webp' },
    url: (name: string) => `/imgproxy/demo/insecure/pr:${name}/plain/photo.png`,
    beside: [
      '/imgproxy/demo/insecure/q:90/pr:card/w:80/plain/photo.png',
      '/imgproxy/demo/insecure/rs:fill:80:40:1/g:ce/q:70/kcr:0/f:webp/plain/photo.png',
    ],
  },
} as const satisfies Partial<Record<DialectName, object>>

describe('a preset', () => {
  const rows = Object.entries(named) as [keyof typeof named, (typeof named)[keyof typeof named]][]
  const refusal = (name: DialectName) =>
    dialectNamed(name).problem(problem('access/not-listed'), { instance: '', path: '' }).status
  const etagOf = async (url: string) => {
    const { status, headers, body } = await harness.get(url)
    return status === 200 ? headers.etag : `${status} ${body}`
  }

  beforeAll(() => {
    harness.setProject({ access: 'open' })
    harness.setPresets(rows.map(([dialect, { params }]) => ({ dialect, name: 'card', params })))
  })

  it('can be in every dialect that has words for it', () => {
    expect(Object.keys(named).sort()).toEqual([...presetDialectNames].sort())
  })

  it.each(rows)('of %s is the picture that its parameters say', async (dialect, { url, params }) => {
    dialectNamed(dialect).checkPreset?.('card', params, bareContext)
    expect(await etagOf(url('card'))).toBe(await etagOf(dialectUrls[dialect]('demo', 'photo').plain))
  })

  it.each(rows)('of %s yields to what stands beside it as its vendor has it', async (_, { beside }) => {
    if (beside !== undefined) expect(await etagOf(beside[0])).toBe(await etagOf(beside[1]))
  })

  it.each(rows)('of %s is served by a project of listed access, alone', async (dialect, { url, beside }) => {
    harness.setProject({ access: 'listed', listedSizes: [], listedQualities: [] })
    expect((await harness.get(url('card'))).status).toBe(200)
    if (beside !== undefined) expect((await harness.get(beside[0])).status).toBe(refusal(dialect))
    harness.setProject({ access: 'open' })
  })

  it.each(rows)(
    'of %s is refused as the vendor does when it is another’s, or gone',
    async (dialect, { url }) => {
      const { status: refused, contentType } = dialectNamed(dialect).problem(problem('preset/unknown'), {
        instance: '',
        path: '',
      })
      const others = rows.filter(([name]) => name !== dialect)
      harness.setPresets(others.map(([name, { params }]) => ({ dialect: name, name: 'card', params })))
      for (const name of ['card', 'Card', 'none']) {
        const { status, headers } = await harness.get(url(name))
        expect([status, headers['content-type']]).toEqual([refused, contentType])
      }
      harness.setPresets(rows.map(([name, { params }]) => ({ dialect: name, name: 'card', params })))
    },
  )
})
