/** Cuts around faces and subjects, and subjects without their background, with the models that npm packages carry, prepared as `npm start` does. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../fixtures/shared.ts'
import { type RunningServer, startServer } from './support.ts'

// Children are other users: what lies in somebody's home they cannot read.
const directory = join(tmpdir(), 'fovea-test-models')
const fovea = fileURLToPath(new URL('../packages/cli/src/main.js', import.meta.url))
const photo = () => readFileSync(join(sharedDir ?? '', 'images/dev/photos/tourist-arches.jpg'))

interface ImgixFaces {
  readonly Faces: readonly { readonly bounds: { x: number; y: number; width: number; height: number } }[]
}

/** The runtime of models is a library that a process maps when it loads the first one. */
function childrenWithModels({ pid }: RunningServer): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean)
  return children.filter((child) => readFileSync(`/proc/${child}/maps`, 'latin1').includes('libonnxruntime'))
    .length
}

describe('the models of npm', () => {
  let server: RunningServer
  let without: RunningServer

  beforeAll(async () => {
    execFileSync(process.execPath, [fovea, 'models', 'prepare'], {
      env: { ...process.env, FOVEA_MODEL_DIR: directory },
    })
    server = await startServer({ env: { FOVEA_WORKERS: '1', FOVEA_MODEL_DIR: directory } })
    without = await startServer({ env: { FOVEA_WORKERS: '1' } })
    if (sharedDir === undefined) return
    for (const each of [server, without])
      await each.upload(photo(), 'woman.jpg', { target_path: 'woman.jpg' })
  })
  afterAll(async () => {
    await server?.stop()
    await without?.stop()
  })

  const get = (from: RunningServer, query: string) =>
    fetch(`${from.url}/i/${from.firstRun.project}/woman.png?${query}`)

  itWithShared.each(['faces', 'subject'])('put the woman into a narrow cut around %s', async (crop) => {
    const answer = await get(server, `w=120&h=480&crop=${crop}`)
    expect([answer.status, answer.headers.get('x-fovea-degraded')]).toEqual([200, null])
    const cut = Buffer.from(await answer.arrayBuffer())
    // Her label: 576–800 of 1280 px, of a picture scaled to 640 px.
    const whole = await sharp(photo()).resize(640, 480).removeAlpha().raw().toBuffer()
    const shown = await sharp(cut).removeAlpha().raw().toBuffer()
    const distances = Array.from({ length: 521 }, (_, left) => {
      let sum = 0
      for (let y = 0; y < 480; y += 8)
        for (let x = 0; x < 120; x += 8)
          sum += Math.abs((whole[(y * 640 + left + x) * 3] ?? 0) - (shown[(y * 120 + x) * 3] ?? 0))
      return sum
    })
    const left = distances.indexOf(Math.min(...distances))
    expect(left).toBeLessThan(320)
    expect(left + 120).toBeGreaterThan(370)
  })

  it('are loaded before somebody asks, where they are to be warm', async () => {
    const env = { FOVEA_WORKERS: '1', FOVEA_MODEL_WORKERS: '1', FOVEA_MODEL_DIR: directory }
    const warm = await startServer({ env: { ...env, FOVEA_WARM_MODELS: 'faces' } })
    await expect.poll(() => childrenWithModels(warm), { timeout: 20_000 }).toBe(1)
    await warm.stop()
    const lazy = await startServer({ env })
    expect(childrenWithModels(lazy)).toBe(0)
    await lazy.stop()
  })

  itWithShared('cut tightly around her face where a request asks for it', async () => {
    const answer = await server.api('/api/v1/transform', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        source: { asset: 'woman.jpg' },
        pipeline: [{ op: 'smartCrop', aspect: '1:1', subject: 'face', tightness: 1, padding: 1 }],
        output: { format: 'png' },
      }),
    })
    expect(answer.status).toBe(200)
    const { width = 0, height = 0 } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata()
    expect(width).toBe(height)
    // Her face is 91 px high in a picture of 960 px.
    expect(width).toBeLessThan(4 * 91)
  })

  itWithShared('hide her face, and where they are missing the picture is not shown at all', async () => {
    const hide = (from: RunningServer) =>
      from.api('/api/v1/transform', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          source: { asset: 'woman.jpg' },
          pipeline: [{ op: 'blurFaces' }],
          output: { format: 'png' },
        }),
      })
    const [hidden, refused] = await Promise.all([server, without].map(hide))
    expect([hidden?.status, refused?.status]).toEqual([200, 501])
    expect(await refused?.text()).toContain('fovea models prepare')
    // Her label: 73×91 px at 666, 403.
    const face = { left: 676, top: 413, width: 53, height: 71 }
    /** Mean difference of neighbours, which edges make and soft shades do not. */
    const detail = async (bytes: Buffer) => {
      const greys = await sharp(await sharp(bytes).extract(face).png().toBuffer())
        .greyscale()
        .raw()
        .toBuffer()
      return greys.reduce((sum, grey, at) => sum + Math.abs(grey - (greys[at + 1] ?? grey)), 0) / greys.length
    }
    const shown = Buffer.from((await hidden?.arrayBuffer()) ?? new ArrayBuffer())
    expect(await detail(shown)).toBeLessThan((await detail(photo())) / 2)
  })

  itWithShared('tell imgix clients where her face is, and say when they cannot', async () => {
    const ask = (from: RunningServer) =>
      fetch(`${from.url}/imgix/${from.firstRun.project}/woman.jpg?fm=json&faces=1`)
    const [there, missing] = [await ask(server), await ask(without)]
    const { Faces: faces } = (await there.json()) as ImgixFaces
    expect(faces).toHaveLength(1)
    const { x, y, width, height } = faces[0]?.bounds ?? { x: 0, y: 0, width: 0, height: 0 }
    // Where it is marked by hand: 666–739 and 403–494 px.
    const middle = { x: x + width / 2, y: y + height / 2 }
    expect([middle.x > 666, middle.x < 739, middle.y > 403, middle.y < 494]).toEqual([true, true, true, true])
    expect(((await missing.json()) as ImgixFaces).Faces).toEqual([])
    expect(missing.headers.get('x-fovea-degraded')).toBe('faces')
    expect(there.headers.get('etag')).not.toBe(missing.headers.get('etag'))
  })

  itWithShared.each([
    ['imgix', 'woman.jpg?fm=png&w=80&h=80&fit=facearea&facepad=2', 'woman.jpg?fm=png&w=80&h=80&fit=crop'],
    ['imgix', 'woman.jpg?fm=png&w=640&face-pixel=40', 'woman.jpg?fm=png&w=640'],
    ['imgix', 'woman.jpg?fm=png&w=320&bg-remove=true', 'woman.jpg?fm=png&w=320'],
    [
      'imgix',
      'woman.jpg?fm=png&w=320&bg-remove=true&bg-remove-semi-transparency=false',
      'woman.jpg?fm=png&w=320&bg-remove=true',
    ],
    [
      'cloudinary',
      'image/upload/c_thumb,g_face,h_80,w_80/f_png/woman.jpg',
      'image/upload/c_fill,g_face,h_80,w_80/f_png/woman.jpg',
    ],
    ['cloudinary', 'image/upload/e_blur_faces:900/f_png/woman.jpg', 'image/upload/f_png/woman.jpg'],
    [
      'cloudflare',
      'cdn-cgi/image/width=80,height=80,fit=cover,gravity=face,zoom=0.8/woman.jpg',
      'cdn-cgi/image/width=80,height=80,fit=cover,gravity=face/woman.jpg',
    ],
    [
      'cloudflare',
      'cdn-cgi/image/format=webp,segment=foreground/woman.jpg',
      'cdn-cgi/image/format=webp/woman.jpg',
    ],
    [
      'cloudinary',
      'image/upload/w_320/e_background_removal/f_png/woman.jpg',
      'image/upload/w_320/f_png/woman.jpg',
    ],
    [
      'cloudinary',
      'image/upload/c_thumb,g_person,h_80,w_80/f_png/woman.jpg',
      'image/upload/c_fill,g_person,h_80,w_80/f_png/woman.jpg',
    ],
    ['imgproxy', '_/w:640/bd:20:face/f:png/plain/woman.jpg', '_/w:640/f:png/plain/woman.jpg'],
    ['imagekit', 'tr:w-320,e-bgremove,f-png/woman.jpg', 'tr:w-320,f-png/woman.jpg'],
    ['cloudimage', 'woman.jpg?force_format=png&f=blur_faces:20', 'woman.jpg?force_format=png'],
  ])('answer the words of %s: %s', async (dialect, one, other) => {
    const [a, b] = await Promise.all(
      [one, other].map((path) => fetch(`${server.url}/${dialect}/${server.firstRun.project}/${path}`)),
    )
    expect([a?.status, b?.status]).toEqual([200, 200])
    const [seen, plain] = await Promise.all(
      [a, b].map(async (answer) => Buffer.from((await answer?.arrayBuffer()) ?? new ArrayBuffer())),
    )
    expect(seen?.equals(plain ?? Buffer.of())).toBe(false)
  })

  itWithShared('that are missing are named, and asked again once they are there', async () => {
    const [better, worse] = await Promise.all(
      [server, without].map((each) => get(each, 'w=100&h=400&crop=faces')),
    )
    expect(worse?.headers.get('x-fovea-degraded')).toBe('faces')
    expect(worse?.headers.get('etag')).not.toBe(better?.headers.get('etag'))
    expect((await get(without, 'w=100&h=400&crop=top')).headers.get('x-fovea-degraded')).toBeNull()
  })

  const cutOut = (from: RunningServer, width: number, asset = 'woman.jpg') =>
    from.api('/api/v1/transform', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        source: { asset },
        pipeline: [{ op: 'resize', width }, { op: 'removeBackground' }],
        output: { format: 'png' },
      }),
    })

  itWithShared('part the woman from what is behind her', async () => {
    const answer = await cutOut(server, 320)
    expect(answer.status).toBe(200)
    const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const alphaAt = (x: number, y: number) => data[(y * info.width + x) * 4 + 3]
    // Her chest, and the wall beside her, of 1280×960 px scaled to 320.
    expect([alphaAt(172, 170), alphaAt(20, 20), alphaAt(300, 60)]).toEqual([255, 0, 0])
  })

  itWithShared('are asked once for a background, whether a URL or a JSON pipeline comes first', async () => {
    const found = async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      return Object.fromEntries(
        [...text.matchAll(/^fovea_mattes_total\{from="(\w+)"\} (\d+)$/gm)].map(([, from, count]) => [
          from,
          Number(count),
        ]),
      )
    }
    // Another picture than that of the other tests.
    await server.upload(await sharp(photo()).flop().jpeg().toBuffer(), 'flopped.jpg', {
      target_path: 'flopped.jpg',
    })
    const before = await found()
    const first = await fetch(
      `${server.url}/cloudinary/${server.firstRun.project}/image/upload/w_200/e_background_removal/f_png/flopped.jpg`,
    )
    expect(first.status).toBe(200)
    await first.arrayBuffer()
    expect((await cutOut(server, 220, 'flopped.jpg')).status).toBe(200)
    const after = await found()
    const { model = 0, kept = 0 } = before
    expect(after).toEqual({ model: model + 1, kept: kept + 1 })
  })

  itWithShared('that are missing part nothing, and the answer says how to get them', async () => {
    const answer = await cutOut(without, 320)
    expect([answer.status, await answer.json()]).toMatchObject([
      501,
      { code: 'operation/unavailable', detail: expect.stringContaining('fovea models prepare') },
    ])
  })

  itWithShared('that are missing leave a picture of imgix as it is, unless that is refused', async () => {
    const ask = (query: string) =>
      fetch(`${without.url}/imgix/${without.firstRun.project}/woman.jpg?w=320&fm=png${query}`)
    const [kept, plain] = await Promise.all(['&bg-remove=true', ''].map(ask))
    expect(kept?.headers.get('x-fovea-degraded')).toBe('matte')
    expect(await kept?.arrayBuffer()).toEqual(await plain?.arrayBuffer())
    expect((await ask('&bg-remove=true&bg-remove-fallback=false')).status).toBe(501)
  })
})
