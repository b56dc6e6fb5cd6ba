/** tus-js-client against a real server behind a line that breaks, and pages of other sites that upload directly. */
import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { Upload } from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakingLine } from './breaking-line.ts'
import { generatePng, type RunningServer, startServer } from './support.ts'

const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

describe('uploads in parts', () => {
  let server: RunningServer
  let bytes: Buffer

  beforeAll(async () => {
    server = await startServer({ env: { FOVEA_WORKERS: '1' } })
    bytes = await generatePng({ width: 900, height: 700, seed: 3, noise: 100 })
  })
  afterAll(() => server?.stop())

  const send = (options: Partial<ConstructorParameters<typeof Upload>[1]>) =>
    new Promise<string>((resolve, reject) => {
      const upload = new Upload(bytes, {
        headers: { Authorization: `Bearer ${server.firstRun.apiKey}` },
        retryDelays: [0, 50, 50, 50, 50, 50, 50],
        chunkSize: 300_000,
        storeFingerprintForResuming: false,
        onError: reject,
        onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('x-fovea-image-id') ?? ''),
        ...options,
      })
      upload.start()
    })

  it('survive a line that breaks again and again', async () => {
    expect(bytes.length).toBeGreaterThan(1_000_000)
    const limits = [90_000, 150_000, 1_000, 400_000, 200_000]
    const line = await breakingLine(server.port, limits)
    try {
      const base = `http://127.0.0.1:${(line.address() as AddressInfo).port}`
      const created = await server.api('/api/v1/uploads/tus', {
        method: 'POST',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': String(bytes.length),
          'upload-metadata': `filename ${Buffer.from('line.png').toString('base64')}`,
        },
      })
      const address = new URL(created.headers.get('location') ?? '').pathname
      // A page has the address only: no key.
      const id = await send({ uploadUrl: `${base}${address}`, headers: {} })
      expect(id).toBe(idOf(bytes))
      expect(line.cuts).toBe(5)
    } finally {
      line.close()
    }
    const original = await fetch(`${server.url}/i/demo/line.png`)
    expect(idOf(Buffer.from(await original.arrayBuffer()))).toBe(idOf(bytes))
  })

  it('go through creation, with or without the first part', async () => {
    for (const [uploadDataDuringCreation, path] of [
      [false, 'created/a.png'],
      [true, 'created/b.png'],
    ] as const) {
      const id = await send({
        endpoint: `${server.url}/api/v1/uploads/tus`,
        uploadDataDuringCreation,
        metadata: { filename: 'x.png', target_path: path },
      })
      expect(id).toBe(idOf(bytes))
      expect((await fetch(`${server.url}/i/demo/${path}`)).status).toBe(200)
    }
  })

  it('goes on where it stood after a restart', async () => {
    const dataDir = server.dataDir
    const created = await server.api('/api/v1/uploads/tus', {
      method: 'POST',
      headers: { 'tus-resumable': '1.0.0', 'upload-length': String(bytes.length) },
    })
    const address = new URL(created.headers.get('location') ?? '').pathname
    const part = await fetch(server.url + address, {
      method: 'PATCH',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: Uint8Array.from(bytes.subarray(0, 500_000)),
    })
    expect(part.status).toBe(204)
    await server.kill()
    server = await startServer({ dataDir, env: { FOVEA_WORKERS: '1' } })
    const head = await fetch(server.url + address, {
      method: 'HEAD',
      headers: { 'tus-resumable': '1.0.0' },
    })
    expect(head.headers.get('upload-offset')).toBe('500000')
    expect(await send({ uploadUrl: server.url + address, headers: {} })).toBe(idOf(bytes))
  })

  it('is never served a variant of a version that was replaced or deleted', async () => {
    const [one, two] = await Promise.all([
      generatePng({ width: 80, height: 60, seed: 21 }),
      generatePng({ width: 80, height: 60, seed: 22 }),
    ])
    const variant = async () => {
      const response = await fetch(`${server.url}/i/demo/v/p.webp?w=40`)
      return `${response.status} ${idOf(Buffer.from(await response.arrayBuffer()))}`
    }
    const post = (path: string, body: object) =>
      server.api(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const upload = (picture: Buffer) => server.upload(picture, 'p.png', { target_path: 'v/p.png' })
    const { url } = (await (await upload(one)).json()) as { url: string }
    const handedOut = new URL(url)
    const first = await variant()
    expect((await upload(two)).status).toBe(201)
    const second = await variant()
    expect(second).not.toBe(first)
    const old = await fetch(new URL(handedOut.pathname + handedOut.search, server.url))
    expect(old.headers.get('cache-control')).toBe('public, no-cache')
    expect((await post('/api/v1/versions/restore', { path: 'v/p.png', version: 1 })).status).toBe(200)
    expect(await variant()).toBe(first)
    await server.api('/api/v1/images/path/demo/v%2Fp.png', { method: 'DELETE' })
    expect((await variant()).slice(0, 3)).toBe('404')
    const { items } = (await (await server.api('/api/v1/trash')).json()) as { items: { id: string }[] }
    expect((await post(`/api/v1/trash/${items[0]?.id}/restore`, {})).status).toBe(200)
    expect(await variant()).toBe(first)
  })
})
