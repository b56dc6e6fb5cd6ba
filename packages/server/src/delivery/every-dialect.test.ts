/** What must hold in every dialect alike: who may see what, what is one picture, presets, headers that pages may read. */
import {
  type DialectContext,
  type DialectName,
  defaultLimits,
  dialectNamed,
  presetDialectNames,
  problem,
} from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DialectUrl, dialectUrls } from '../../../../fixtures/dialect-urls.ts'
import { type Answered, type Harness, signingSecret, startHarness } from './delivery.test-harness.ts'

const bareContext: DialectContext = { limits: defaultLimits, deliveryFormats: ['webp'], presets: new Map() }
let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
  harness.auto = () => Buffer.from('a picture')
  await harness.addAsset('photo.png')
  await harness.addAsset('secret.png', { visibility: 'private' })
})
afterAll(() => harness.close())

const table = Object.entries(dialectUrls) as [DialectName, (project: string, path: string) => DialectUrl][]
const signedOf = (url: DialectUrl) => url.signed(signingSecret.secret)
/** Status with which a dialect says that a signature is missing. */
const refusal = (name: DialectName) =>
  dialectNamed(name).problem(problem('signature/missing'), { instance: '', path: '' }).status

/** Dialects of whose URLs none is served without a signature, whatever the project allows. */
const alwaysSigned: readonly DialectName[] = ['signed-payload']
/** Whose square is no plain resize: nothing in a list describes it. */
const neverListed: readonly DialectName[] = [...alwaysSigned, 'iiif']

const listed = { access: 'listed', listedSizes: ['40x40'], listedQualities: [70] } as const
const modes = [
  ['open', { access: 'open' }, alwaysSigned],
  ['listed, the size being one of them', listed, neverListed],
  ['listed, the size being none of them', { ...listed, listedSizes: ['41'] }, Object.keys(dialectUrls)],
  ['listed, the quality being none of them', { ...listed, listedQualities: [71] }, Object.keys(dialectUrls)],
  ['signed', { access: 'signed' }, Object.keys(dialectUrls)],
] as const

describe.each(modes)('a project that is %s', (_, settings, refused) => {
  beforeAll(() => harness.setProject(settings))

  it.each(table)('answers %s', async (name, urlOf) => {
    const url = urlOf('demo', 'photo')
    const bare = await harness.get(url.plain)
    expect(bare.status).toBe(refused.includes(name) ? refusal(name) : 200)
    if (bare.status !== 200) expect(bare.headers['cache-control']).toBe('no-store')
    const seen = await harness.get(signedOf(url))
    expect([seen.status, seen.body.toString()]).toEqual([200, 'a picture'])
  })

  it.each(table)(
    'shows a private picture to those who sign for it in %s, and to them alone',
    async (name, urlOf) => {
      const url = urlOf('demo', 'secret')
      expect((await harness.get(url.plain)).status).toBe(refusal(name))
      const signed = signedOf(url)
      if (signed === undefined) return
      for (let round = 0; round < 3; round++) {
        const seen = await harness.get(signed)
        expect(seen.status).toBe(200)
        expect(seen.headers['cache-control']).toMatch(/^private, max-age=\d+$/)
        await harness.delivery.settled()
        expect((await harness.get(url.plain)).status).toBe(refusal(name))
      }
      expect((await harness.get(urlOf('demo', 'photo').signed('a wrong secret'))).status).toBe(
        dialectNamed(name).problem(problem('signature/invalid'), { instance: '', path: '' }).status,
      )
    },
  )
})

describe('one picture, every value said', () => {
  beforeAll(() => harness.setProject({ access: 'open' }))

  it('is one variant in all dialects that can say it', async () => {
    const names = table.map(([name]) => name).filter((name) => name !== 'iiif')
    expect(names.length).toBeGreaterThanOrEqual(5)
    const etags = await Promise.all(
      names.map(async (name) => {
        const url = dialectUrls[name]('demo', 'photo')
        const { status, headers } = await harness.get(signedOf(url))
        return [name, status, headers.etag]
      }),
    )
    expect(etags).toEqual(names.map((name) => [name, 200, etags[0]?.[2]]))
  })

  it('is one in IIIF too where no quality has a part in it', async () => {
    const urls = [
      '/iiif/3/demo/photo.png/full/^40,40/0/default.png',
      '/i/demo/photo.png?w=40&h=40&fit=fill',
      '/imgix/demo/photo.png?fit=scale&fm=png&h=40&w=40',
      '/cloudinary/demo/image/upload/c_scale,h_40,w_40/f_png/photo.png',
      '/cloudflare/demo/cdn-cgi/image/width=40,height=40,fit=squeeze,metadata=none/photo.png',
    ]
    const etags = await Promise.all(urls.map(async (url) => (await harness.get(url)).headers.etag))
    expect(etags).toEqual(urls.map(() => etags[0]))
  })
})

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

describe('a page of another site', () => {
  const said = (answer: Answered) => {
    const exposed = String(answer.headers['access-control-expose-headers']).toLowerCase().split(', ')
    return Object.keys(answer.headers).filter((name) => !safelisted.has(name) && !exposed.includes(name))
  }
  // Fetch §2.2.2, what concerns the connection or other caches, and what browsers act on themselves.
  const safelisted = new Set(
    `cache-control content-language content-type expires last-modified pragma
    date connection transfer-encoding keep-alive vary cache-tag surrogate-key accept-ranges
    access-control-allow-origin access-control-expose-headers timing-allow-origin
    content-security-policy cross-origin-resource-policy x-content-type-options`.split(/\s+/),
  )

  it.each(table)('may read every header of an answer and of an error in %s', async (name, urlOf) => {
    const url = urlOf('demo', 'photo')
    const seen = await harness.get(signedOf(url))
    expect([seen.status, said(seen)]).toEqual([200, []])
    const missing = await harness.get(urlOf('demo', 'nothing').plain)
    expect(missing.status).toBeGreaterThanOrEqual(400)
    expect(said(missing)).toEqual([])
    for (const header of dialectNamed(name).headerNames ?? [])
      expect(seen.headers['access-control-expose-headers']).toContain(header)
  })
})
