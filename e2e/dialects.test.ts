/** Both URL forms over HTTP: sizes, directions and error bodies as a browser gets them. */
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
let base: string

/** 400 × 300 with a colour in each corner: red, green / blue, white. */
async function corners(): Promise<Uint8Array> {
  const quarter = (background: string) => ({
    create: { width: 200, height: 150, channels: 3 as const, background },
  })
  return sharp({ create: { width: 400, height: 300, channels: 3, background: 'white' } })
    .composite([
      { input: quarter('red'), left: 0, top: 0 },
      { input: quarter('lime'), left: 200, top: 0 },
      { input: quarter('blue'), left: 0, top: 150 },
    ])
    .png()
    .toBuffer()
}

beforeAll(async () => {
  server = await startServer()
  base = `${server.url}/i/${server.firstRun.project}`
  const response = await server.upload(await corners(), 'corners.png', { target_path: 'e2e/corners.png' })
  expect(response.status).toBe(201)
})
afterAll(() => server?.stop())

async function seen(query: string) {
  const response = await fetch(`${base}/e2e/corners.png?${query}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(response.status, bytes.toString('utf8', 0, 300)).toBe(200)
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const name = (x: number, y: number) => {
    const at = (y * info.width + x) * info.channels
    const letters = ['R', 'G', 'B'].filter((_, channel) => (data[at + channel] ?? 0) > 128)
    return letters.join('') || 'black'
  }
  const [right, bottom] = [info.width - 3, info.height - 3]
  return {
    size: `${info.width}x${info.height}`,
    corners: [name(2, 2), name(right, 2), name(2, bottom), name(right, bottom)].join(' '),
  }
}

describe('img-src', () => {
  it.each([
    ['w=200', '200x150'],
    ['h=600', '800x600'],
    ['w=200&h=200', '200x200'],
    ['w=200&h=200&fit=contain', '200x150'],
    ['w=800&h=800&fit=contain', '800x600'],
    ['w=800&h=800&fit=scale-down', '400x300'],
    ['w=800&fit=scale-down', '400x300'],
    ['w=200&h=200&fit=fill', '200x200'],
    ['w=1000&h=1000&fit=cover', '1000x1000'],
    ['aspect=1:1', '300x300'],
    ['aspect=21:9&w=210', '210x90'],
    ['w=100&h=50&dpr=1.5', '150x75'],
    ['rotate=90&w=150', '150x200'],
    ['rotate=90&w=100&h=100&fit=contain', '75x100'],
  ])('%s gives %s', async (query, size) => {
    expect((await seen(query)).size).toBe(size)
  })

  it.each([
    ['rotate=0', 'R G B RGB'],
    ['rotate=90', 'B R RGB G'],
    ['rotate=180', 'RGB B G R'],
    ['rotate=270', 'G RGB R B'],
    ['flip=h', 'G R RGB B'],
    ['flip=v', 'B RGB R G'],
    ['flip=both', 'RGB B G R'],
    ['rotate=90&flip=h', 'R B G RGB'],
    ['w=50&h=100&crop=left', 'R R B B'],
    ['w=100&h=20&crop=top', 'R G R G'],
    ['w=50&h=100&crop=bottom-right', 'G G RGB RGB'],
  ])('%s shows %s', async (query, expected) => {
    expect((await seen(query)).corners).toBe(expected)
  })

  it('answers errors in its vendor form, never cached', async () => {
    for (const [target, status, code] of [
      ['corners.png?w=0', 400, 'VALIDATION_ERROR'],
      ['corners.png?wdith=5', 400, 'VALIDATION_ERROR'],
      ['corners.png?p:nope', 400, 'VALIDATION_ERROR'],
      ['corners.png?w=1&w=2', 400, 'VALIDATION_ERROR'],
      ['nothing.png', 404, 'NOT_FOUND'],
      ['..%2f..%2fetc/passwd', 400, 'VALIDATION_ERROR'],
      ['corners.png?sig=00', 403, 'FORBIDDEN'],
    ] as const) {
      const response = await fetch(`${base}/e2e/${target}`)
      expect(response.status, target).toBe(status)
      expect(response.headers.get('cache-control')).toContain('no-store')
      expect(await response.json()).toMatchObject({
        error: { code, status, path: expect.stringContaining('/i/') },
        status,
      })
    }
  })
})

describe('signed payload', () => {
  it('answers errors as RFC 9457 documents', async () => {
    const payload = Buffer.from(
      JSON.stringify({ key: 'e2e/corners.png', edits: [{ blur: 3 }, { text: { text: 'Fovea', size: 9 } }] }),
    ).toString('base64url')
    const response = await fetch(`${server.url}/t/${server.firstRun.project}/${payload}?sig=00`)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({
      code: 'pipeline/invalid',
      pointer: '/edits/1/text/size',
      status: 400,
    })
  })

  it('serves nothing without a signature', async () => {
    const payload = Buffer.from(JSON.stringify({ key: 'e2e/corners.png' })).toString('base64')
    const response = await fetch(`${server.url}/t/${server.firstRun.project}/${payload}`)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'signature/missing' })
  })
})
