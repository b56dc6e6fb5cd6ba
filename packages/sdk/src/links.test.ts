import { expect, it } from 'vitest'
import { type Answer, serveClient } from './client.test-server.ts'

async function client(...answers: readonly Answer[]) {
  const { fovea, heard } = await serveClient(answers)
  return { links: fovea.links, heard }
}

const wire = {
  ...{ id: 'link_1', image_id: '0123456789abcdef', path: 'a/plan.png', preset: null, note: 'for Ada' },
  ...{ state: 'active', max_uses: 3, uses: 1, last_used_at: '2026-11-22T08:00:00.000Z' },
  ...{ created_at: '2026-11-21T08:00:00.000Z', expires_at: '2026-11-28T08:00:00.000Z', revoked_at: null },
}
const link = {
  ...{ id: 'link_1', imageId: '0123456789abcdef', key: 'a/plan.png', preset: undefined, note: 'for Ada' },
  ...{ state: 'active', maxUses: 3, uses: 1, lastUsedAt: new Date('2026-11-22T08:00:00.000Z') },
  ...{ createdAt: new Date('2026-11-21T08:00:00.000Z'), expiresAt: new Date('2026-11-28T08:00:00.000Z') },
  revokedAt: undefined,
}

it('are made, and shown this once', async () => {
  const { links, heard } = await client({ status: 201, body: { ...wire, url: 'https://img.example/x' } })
  const until = new Date('2026-12-01T00:00:00.000Z')
  const made = await links.create('0123456789abcdef', { expiresAt: until, maxUses: 3, note: 'for Ada' })
  expect(made).toEqual({ ...link, url: 'https://img.example/x' })
  expect(heard[0]).toMatchObject({ method: 'POST', url: '/api/v1/images/0123456789abcdef/links' })
  expect(JSON.parse(String(heard[0]?.body))).toEqual({
    expires_at: '2026-12-01T00:00:00.000Z',
    max_uses: 3,
    note: 'for Ada',
  })
})

it('are listed, of one image or of all, and revoked', async () => {
  const { links, heard } = await client(
    { body: { links: [wire], limit: 1, next_cursor: 'c2' } },
    { body: { links: [], limit: 50, next_cursor: null } },
    { body: { ...wire, state: 'revoked' } },
  )
  expect(await links.list({ state: 'active', limit: 1 })).toEqual({ links: [link], nextCursor: 'c2' })
  expect(await links.list({ imageId: 'ab', cursor: 'c2' })).toEqual({ links: [], nextCursor: undefined })
  expect(await links.revoke('a/b')).toMatchObject({ state: 'revoked' })
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/v1/links?state=active&limit=1',
    'GET /api/v1/images/ab/links?cursor=c2',
    'DELETE /api/v1/links/a%2Fb',
  ])
})
