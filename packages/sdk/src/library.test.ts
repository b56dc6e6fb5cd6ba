import { expect, it } from 'vitest'
import { type Answer, serveClient } from './client.test-server.ts'
import { Library } from './library.ts'

async function client(answer: Answer) {
  const { fovea, heard } = await serveClient([answer])
  return { library: new Library(fovea), heard }
}

const described = {
  id: '00ff',
  paths: ['in/a.png'],
  visibility: 'public',
  alt_text: 'A',
  tags: ['t'],
  custom_metadata: { own_key: 1 },
  focal_point: null,
}
const told = {
  id: '00ff',
  paths: ['in/a.png'],
  visibility: 'public',
  altText: 'A',
  tags: ['t'],
  customMetadata: { own_key: 1 },
  focalPoint: undefined,
}
const wire = { ...described, original_filename: 'a.png', size: 9, uploaded_at: '2026-11-22T08:00:00.000Z' }
const image = {
  ...told,
  originalFilename: 'a.png',
  size: 9,
  uploadedAt: new Date('2026-11-22T08:00:00.000Z'),
}

it('lists a folder with the folders below it, page by page', async () => {
  const folders = [{ name: 'in', image_count: 3 }]
  const { library, heard } = await client({ body: { images: [wire], folders, total: 4, next_cursor: 'n' } })
  expect(await library.list({ folder: 'a b', limit: 2, cursor: 'c' })).toEqual({
    images: [image],
    folders: [{ name: 'in', imageCount: 3 }],
    total: 4,
    nextCursor: 'n',
  })
  await library.list()
  expect(heard.map(({ url }) => url)).toEqual([
    '/api/v1/images?path=a+b&limit=2&cursor=c',
    '/api/v1/images?path=',
  ])
})

it('searches', async () => {
  const body = { results: [wire], total: 1_000, total_is_exact: false, query: 'x' }
  const { library, heard } = await client({ body })
  expect(await library.search('x&y', { limit: 5 })).toEqual({
    images: [image],
    total: 1_000,
    isTotalExact: false,
  })
  expect(heard[0]?.url).toBe('/api/v1/images/search?q=x%26y&limit=5')
})

it('tells one image, what is known of its file and what is written about it', async () => {
  const metadata = {
    hash: '00ff11',
    original_filename: 'a.png',
    size: 9,
    uploaded_at: '2026-11-22T08:00:00.000Z',
    mime_type: 'image/png',
    width: 3,
    height: 2,
    dominant_color: null,
  }
  const { library, heard } = await client({ body: { ...described, metadata, urls: { original: 'u' } } })
  expect(await library.get('a/b')).toMatchObject({
    ...image,
    hash: '00ff11',
    mimeType: 'image/png',
    width: 3,
    height: 2,
    urls: { original: 'u' },
  })
  expect(heard[0]?.url).toBe('/api/v1/images/a%2Fb')
})
