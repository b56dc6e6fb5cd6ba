/** `POST /api/v1/transform` over `inject`: every way in, every way out, and what is refused. */
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

let harness: Harness
let png: Buffer

beforeAll(async () => {
  harness = await startApi({ maxUploadBytes: 300_000 })
  png = await picture(3)
})
afterAll(() => harness.close())

const url = '/api/v1/transform'
const small = { pipeline: [{ op: 'resize', width: 10 }], output: { format: 'png' } }
const base64 = () => ({ source: { base64: png.toString('base64') } })

function json(payload: object, headers: Record<string, string> = {}) {
  return harness.request({ method: 'POST', url, payload, headers })
}

async function form(fields: Readonly<Record<string, string | Blob>>) {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  const encoded = new Response(data)
  return harness.request({
    method: 'POST',
    url,
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    payload: Buffer.from(await encoded.arrayBuffer()),
  })
}

/** From the header chunk. */
function sizeOfPng(bytes: Buffer) {
  expect(bytes.toString('latin1', 1, 4)).toBe('PNG')
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

describe('a picture', () => {
  it('comes as base64, as a data URI, in a form or as the body', async () => {
    const blob = new Blob([Uint8Array.from(png)])
    const uri = `data:image/png;base64,${png.toString('base64')}`
    const query = `${url}?request=${encodeURIComponent(JSON.stringify(small))}`
    for (const response of [
      await json({ ...base64(), ...small }),
      await json({ source: { base64: uri }, ...small }),
      await form({ request: JSON.stringify(small), file: blob }),
      await form({ file: blob, request: JSON.stringify(small) }),
      await harness.request({
        method: 'POST',
        url: query,
        headers: { 'content-type': 'image/png' },
        payload: png,
      }),
    ]) {
      expect(response.statusCode, response.body).toBe(200)
      expect(response.headers['content-type']).toBe('image/png')
      expect(sizeOfPng(response.rawPayload)).toEqual({ width: 10, height: 8 })
    }
  })

  it('is one of the project, by path or id, private ones too', async () => {
    const uploaded = (
      await harness.upload(png, 'a.png', { target_path: 'in/a.png', visibility: 'private' })
    ).json()
    for (const source of [{ asset: 'in/a.png' }, { id: uploaded.id }]) {
      const response = await json({ source, ...small })
      expect(response.statusCode, response.body).toBe(200)
      expect(sizeOfPng(response.rawPayload).width).toBe(10)
    }
    expect((await json({ source: { asset: 'in/none.png' }, ...small })).statusCode).toBe(404)
    expect((await json({ source: { id: '0123456789abcdef' }, ...small })).statusCode).toBe(404)
  })

  it.each([
    ['too large', () => ({ source: { base64: Buffer.alloc(310_000).toString('base64') } }), 413],
    ['no picture', () => ({ source: { base64: 'bm8gcGljdHVyZQ==' } }), 415],
    ['no base64', () => ({ source: { base64: '!!!!' } }), 400],
    ['nowhere', () => ({}), 400],
    ['in two places', () => ({ source: { asset: 'a.png', url: 'https://a.test/b' } }), 400],
    ['at a private address', () => ({ source: { url: 'https://10.0.0.1/a.png' } }), 403],
    ['without TLS', () => ({ source: { url: 'http://example.com/a.png' } }), 403],
  ])('that is %s is refused', async (_, source, status) => {
    const response = await json({ ...source(), ...small })
    expect(response.statusCode, response.body).toBe(status)
    expect(response.json().error).toMatchObject({ status })
  })
})

describe('results', () => {
  it('are bytes, or JSON where it is asked for', async () => {
    const response = await json({ ...base64(), ...small }, { accept: 'application/json' })
    expect(response.headers['content-type']).toContain('application/json')
    expect(Number(response.headers['content-length'])).toBe(response.rawPayload.length)
    const [output] = response.json().outputs
    expect(output).toMatchObject({ format: 'png', mediaType: 'image/png', width: 10, height: 8, pages: 1 })
    const bytes = Buffer.from(output.data, 'base64')
    expect([bytes.length, sizeOfPng(bytes).width]).toEqual([output.sizeBytes, 10])
  })

  it('are several from one run, each going on from the common operations', async () => {
    const before = harness.runs.length
    const response = await json({
      ...base64(),
      pipeline: [{ op: 'crop', left: 0, top: 0, width: 20, height: 20 }],
      outputs: [
        { name: 'whole', output: { format: 'png' } },
        { name: 'small', pipeline: [{ op: 'resize', width: 5 }], output: { format: 'png' } },
        { name: 'colours', output: { format: 'palette' } },
      ],
    })
    const { outputs } = response.json()
    expect(outputs.map(({ name, width }: { name: string; width: number }) => [name, width])).toEqual([
      ['whole', 20],
      ['small', 5],
      ['colours', 20],
    ])
    expect(JSON.parse(outputs[2].text)).toHaveProperty('colors')
    expect(harness.runs.length).toBe(before + 1)
  })

  it('take their format from a convert and their budget from compressToSize', async () => {
    const pipeline = [
      { op: 'compressToSize', maxBytes: 400 },
      { op: 'convert', format: 'jpeg' },
    ]
    const response = await json({ ...base64(), pipeline })
    expect(response.headers['content-type']).toBe('image/jpeg')
    expect(response.rawPayload.length).toBeLessThanOrEqual(400)
  })

  it('become images of the project', async () => {
    const store = { path: 'out/b', visibility: 'private' }
    const [output] = (await json({ ...base64(), ...small, store })).json().outputs
    expect(output.image).toMatchObject({ paths: ['out/b.png'], visibility: 'private', is_new: true })
    expect(output).not.toHaveProperty('data')
    const found = await harness.request({ method: 'GET', url: `/api/v1/images/${output.image.id}` })
    expect(found.statusCode).toBe(200)
  })

  it('are counted once each, and not at all when the run fails', async () => {
    const countOf = async () =>
      (await harness.request({ method: 'GET', url: '/api/v1/usage' })).json().current_period.transformations
    const before = await countOf()
    const outputs = [{ pipeline: [{ op: 'blur', sigma: 2 }] }, { pipeline: [{ op: 'blur', sigma: 3 }] }]
    await json({ ...base64(), outputs })
    await json({ ...base64(), outputs })
    expect(await countOf()).toBe(before + 2)
    const failing = [{ pipeline: [{ op: 'sepia' }] }, { pipeline: [{ op: 'crop', left: 900, width: 9 }] }]
    expect((await json({ ...base64(), outputs: failing })).statusCode).toBe(422)
    expect(await countOf()).toBe(before + 2)
  })

  it('are foreseen by a dry run, which makes and counts nothing', async () => {
    const before = harness.runs.length
    const outputs = [
      {
        name: 'a',
        pipeline: [
          { op: 'rotate', angle: 90 },
          { op: 'resize', width: 15 },
        ],
      },
      { name: 'b', pipeline: [{ op: 'trim' }, { op: 'blur', sigma: 1 }], output: { format: 'png' } },
    ]
    const told = (await json({ ...base64(), outputs, dryRun: true })).json()
    expect(told).toMatchObject({
      dryRun: true,
      outputs: [
        { name: 'a', format: 'webp', size: { width: 15, height: 20 }, open: [] },
        { name: 'b', format: 'png', open: ['trim', 'blur'] },
      ],
      cost: { transforms: 2, lane: 'fast', cpuMs: expect.any(Number), memoryBytes: expect.any(Number) },
    })
    expect(told.outputs[0].passes.flat()).toEqual(expect.arrayContaining(['turn', 'resize']))
    expect(harness.runs.length).toBe(before)
  })
})

it('says which models would have done better, in every form of the answer', async () => {
  const upscaled = { pipeline: [{ op: 'upscale', factor: 2 }], output: { format: 'png' } }
  const degraded = ({ statusCode, headers }: Awaited<ReturnType<typeof json>>) => [
    statusCode,
    headers['x-fovea-degraded'],
  ]
  expect(degraded(await json({ ...base64(), ...upscaled }))).toEqual([200, 'upscale'])
  const cuts = [{ pipeline: [{ op: 'smartCrop', aspect: '1:1', subject: 'face' }] }]
  expect(
    degraded(await json({ ...base64(), ...upscaled, output: undefined, outputs: [{}, ...cuts] })),
  ).toEqual([200, 'faces, upscale'])
  expect(degraded(await json({ ...base64(), ...small }))).toEqual([200, undefined])
})

describe('what is wrong', () => {
  it.each([
    [{ pipeline: [{ op: 'blur' }] }, 400, '/pipeline/0/sigma'],
    [{ pipeline: [{ op: 'flip' }, { op: 'blurr', sigma: 1 }] }, 400, '/pipeline/1/op'],
    [{ pipeline: Array(31).fill({ op: 'flip' }) }, 400, '/pipeline'],
    [{ outputs: [{}, { pipeline: [{ op: 'blur', sigma: 0 }] }] }, 400, '/outputs/1/pipeline/0/sigma'],
    [{ outputs: [{}, { output: { format: 'bmp' } }] }, 400, '/outputs/1/output/format'],
    [{ outputs: [{ name: 'a' }, { name: 'a' }] }, 400, '/outputs/1/name'],
    [{ outputs: [{}], output: {} }, 400, '/output'],
    [{ outputs: [] }, 400, '/outputs'],
    [{ output: { quality: 500 } }, 400, '/output/quality'],
    [{ nonsense: 1 }, 400, '/nonsense'],
    [{ source: { base64: 'aa', nonsense: 1 } }, 400, '/source/nonsense'],
    [{ store: { path: '../a.png' } }, 400, '/store/path'],
    [{ output: { format: 'palette' }, store: { path: 'a.png' } }, 400, '/store'],
    [{ pipeline: [{ op: 'flip' }, { op: 'background_removal' }] }, 501, '/pipeline/1'],
    [
      { outputs: [{}, { pipeline: [{ op: 'resize', width: 9 }, { op: 'blurFaces' }] }] },
      501,
      '/outputs/1/pipeline/1',
    ],
    [
      {
        pipeline: [
          { op: 'compressToSize', maxBytes: 9999 },
          { op: 'crop', left: 900, width: 9 },
        ],
      },
      422,
      '/pipeline/1',
    ],
    [
      { pipeline: [{ op: 'flip' }], outputs: [{}, { pipeline: [{ op: 'crop', left: 900, width: 9 }] }] },
      422,
      '/outputs/1/pipeline/0',
    ],
  ])('%j is %i at %s', async (wrong, status, pointer) => {
    const response = await json({ ...base64(), ...wrong })
    expect(response.statusCode, response.body).toBe(status)
    expect(response.json()).toMatchObject({ pointer })
  })

  it.each([
    ['text/plain', 'a', 415],
    ['application/json', '{"a":', 400],
    ['application/json', '', 400],
  ])('a body of %s %j', async (type, payload, status) => {
    const response = await harness.request({
      method: 'POST',
      url,
      headers: { 'content-type': type },
      payload,
    })
    expect(response.statusCode).toBe(status)
  })

  it('in a form is told by its field', async () => {
    const response = await form({ request: '{}', picture: new Blob(['a']) })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ parameter: 'picture' })
  })

  it('leaves no temporary file behind', async () => {
    const left = (await readdir(`${harness.dataDir}/tmp`, { recursive: true })).filter((name) =>
      name.includes('/'),
    )
    expect(left).toEqual([])
  })
})
