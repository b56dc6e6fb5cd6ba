/** What must hold in every dialect alike: who may see what, what is one picture, and which headers pages may read. */
import { type DialectName, dialectNamed, problem } from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DialectUrl, dialectUrls } from '../../../../fixtures/dialect-urls.ts'
import { type Answered, type Harness, signingSecret, startHarness } from './delivery.test-harness.ts'

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
