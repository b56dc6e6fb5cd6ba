import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccessLink } from '../access-links/index.ts'
import type { Asset } from '../assets/asset.ts'
import { type Harness, signingSecret, startHarness } from './delivery.test-harness.ts'
import { nodeDigest } from './index.ts'

let harness: Harness
let secret: Asset
const token = 'abcdefghijklmnopqrstuvwxyz012345'

beforeEach(async () => {
  harness = await startHarness()
  harness.auto = () => Buffer.from('a picture')
  secret = await harness.addAsset('secret.jpg', { visibility: 'private' })
  harness.links.set(token, linkTo(secret))
})

afterEach(() => harness.close())

function linkTo({ hash, projectId, path }: Asset, preset: string | null = null): AccessLink {
  const terms = { maxUses: null, uses: 0, lastUsedAt: null, createdAt: 0, expiresAt: 9e12, revokedAt: null }
  return { id: 'link_1' as AccessLink['id'], projectId, hash, path, preset, note: '', ...terms }
}

const codeOf = async (target: string) => {
  const { status, body } = await harness.get(target)
  return [status, status < 400 ? '' : JSON.parse(body.toString()).code]
}

describe('an access link', () => {
  it('opens a private image in any variant, never to be stored', async () => {
    for (const target of ['secret.jpg', 'secret.webp?w=20', 'secret.avif?as=json']) {
      const between = target.includes('?') ? '&' : '?'
      const answer = await harness.get(`/i/demo/${target}${between}link=${token}`)
      expect([target, answer.status, answer.headers['cache-control']]).toEqual([
        target,
        200,
        'private, no-store',
      ])
    }
    expect(harness.linkUses).toHaveLength(3)
  })

  it.each(['open', 'listed', 'signed'] as const)('opens it in a project of %s access', async (access) => {
    harness.setProject({ access })
    expect((await harness.get(`/i/demo/secret.webp?w=33&link=${token}`)).status).toBe(200)
    expect((await harness.get('/i/demo/secret.webp?w=33')).status).toBe(403)
  })

  it('leaves nothing in memory that could outlive it, of a public image neither', async () => {
    const open = await harness.addAsset('open.jpg')
    harness.links.set(token, linkTo(open))
    const target = `/i/demo/open.webp?w=40&link=${token}`
    await harness.warm(target)
    expect((await harness.get(target)).headers['cache-control']).toBe('private, no-store')
    expect(harness.delivery.hits.knows(target)).toBe(false)
    harness.links.delete(token)
    expect(await codeOf(target)).toEqual([404, 'link/not-found'])
  })

  it('is refused before anything is looked up when it opens nothing', async () => {
    const lookups = harness.lookups
    expect(await codeOf(`/i/demo/secret.webp?link=${token.toUpperCase()}`)).toEqual([404, 'link/not-found'])
    expect(await codeOf('/i/demo/secret.webp?link=short')).toEqual([400, 'request/invalid-parameter'])
    expect(harness.lookups).toBe(lookups)
  })

  it('says the same of other images whether they exist or not', async () => {
    await harness.addAsset('other.jpg')
    for (const path of ['other.webp', 'nothing.webp'])
      expect(await codeOf(`/i/demo/${path}?link=${token}`)).toEqual([404, 'asset/not-found'])
    expect(harness.renders).toHaveLength(0)
  })

  it('shows its own image where a newer one has the same name', async () => {
    await harness.addAsset('secret.png', { bytes: Buffer.from('another') })
    const named = await harness.get(`/i/demo/secret.webp?download&link=${token}`)
    expect([named.status, harness.linkUses]).toEqual([200, ['link_1']])
  })

  it('does not open what only the owner may sign', async () => {
    expect(await codeOf(`/i/demo/secret.webp?watermark=none&link=${token}`)).toEqual([
      403,
      'signature/missing',
    ])
  })

  it('beside a signature needs both to hold', async () => {
    const text = `secret.webp?w=20&link=${token}`
    const sig = nodeDigest.hmacSha256(signingSecret.secret, text)
    expect((await harness.get(`/i/demo/${text}&sig=${sig}`)).status).toBe(200)
    expect(await codeOf(`/i/demo/${text}1&sig=${sig}`)).toEqual([400, 'request/invalid-parameter'])
    expect(await codeOf(`/i/demo/${text}&sig=${sig.replace(/./, 'g')}`)).toEqual([403, 'signature/invalid'])
  })

  it('for one preset shows that and nothing else', async () => {
    harness.setPresets([
      { dialect: 'img-src', name: 'card', params: { w: 90 } },
      { dialect: 'img-src', name: 'wide', params: { w: 900 } },
    ])
    harness.links.set(token, linkTo(secret, 'card'))
    expect((await harness.get(`/i/demo/secret.webp?p:card&link=${token}`)).status).toBe(200)
    for (const query of ['', 'p:wide&', 'p:card&w=900&', 'w=90&'])
      expect([query, await codeOf(`/i/demo/secret.webp?${query}link=${token}`)]).toEqual([
        query,
        [403, 'link/other-variant'],
      ])
    expect(await codeOf(`/i/demo/secret.jpg?link=${token}`)).toEqual([403, 'link/other-variant'])
  })

  it('counts pictures that are sent: no HEAD, no 304, no refusal', async () => {
    const target = `/i/demo/secret.webp?w=20&link=${token}`
    const { headers } = await harness.get(target)
    await harness.get(target, { method: 'HEAD' })
    const etag = String(headers.etag)
    expect((await harness.get(target, { headers: { 'If-None-Match': etag } })).status).toBe(304)
    await harness.get(`/i/demo/secret.webp?w=20&watermark=none&link=${token}`)
    expect(harness.linkUses).toEqual(['link_1'])
    await harness.get(target, { headers: { Range: 'bytes=0-3' } })
    expect(harness.linkUses).toHaveLength(2)
  })
})
