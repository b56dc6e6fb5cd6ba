import { expect, it } from 'vitest'
import { type Answer, serveClient } from './client.test-server.ts'
import { Facts } from './facts.ts'

async function client(answer: Answer) {
  const { fovea, heard } = await serveClient([answer])
  return { facts: new Facts(fovea), heard }
}

const wire = {
  id: '00ff',
  paths: ['a.png'],
  size: 9,
  visibility: 'public',
  cdn_url: 'http://x/a.png',
  uploaded_at: '2026-11-22T08:00:00.000Z',
}
const image = {
  id: '00ff',
  paths: ['a.png'],
  size: 9,
  visibility: 'public',
  cdnUrl: 'http://x/a.png',
  uploadedAt: new Date('2026-11-22T08:00:00.000Z'),
}

it('asks for faces and details of one image, and leaves the answer as it is', async () => {
  const body = { id: 'a/b', faces: [{ left: 0.5 }], subjects: [] }
  const { facts, heard } = await client({ body })
  expect(await facts.of('a/b', { see: 'subjects', details: 'all' })).toEqual(body)
  await facts.of('c')
  expect(heard.map(({ url }) => url)).toEqual([
    '/api/v1/images/a%2Fb/facts?see=subjects&details=all',
    '/api/v1/images/c/facts',
  ])
})

it('finds what looks like an image', async () => {
  const body = { id: 'a', fingerprint: null, images: [{ ...wire, distance: 3 }], without_fingerprint: 2 }
  const { facts, heard } = await client({ body })
  expect(await facts.similarTo('a', { maxDistance: 4, limit: 5 })).toEqual({
    images: [{ ...image, distance: 3 }],
    fingerprint: undefined,
    withoutFingerprint: 2,
  })
  expect(heard[0]?.url).toBe('/api/v1/images/a/similar?max_distance=4&limit=5')
})

it('lists duplicates page by page', async () => {
  const body = { groups: [{ count: 60, images: [wire] }], next_cursor: 'n', without_fingerprint: 0 }
  const { facts, heard } = await client({ body })
  expect(await facts.duplicates({ limit: 3, cursor: 'c' })).toEqual({
    groups: [{ count: 60, images: [image] }],
    nextCursor: 'n',
    withoutFingerprint: 0,
  })
  expect(heard[0]?.url).toBe('/api/v1/images/duplicates?limit=3&cursor=c')
})
