/** What only a real connection shows: clients that leave, send too much, or say they will. */
import { readdir } from 'node:fs/promises'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

const maxUploadBytes = 2_000_000

describe('uploads over a socket', () => {
  let harness: Harness
  let url: string

  beforeAll(async () => {
    harness = await startApi({ maxUploadBytes })
    await harness.api.listen({ port: 0, host: '127.0.0.1' })
    url = `http://127.0.0.1:${(harness.api.server.address() as AddressInfo).port}`
  })
  afterAll(() => harness.close())

  const temporaryFiles = async () =>
    (await readdir(join(harness.dataDir, 'tmp'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    )
  const upload = async (bytes: Uint8Array, name: string) => {
    const body = new FormData()
    body.append('file', new Blob([Uint8Array.from(bytes)]), name)
    return fetch(`${url}/api/v1/images`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${harness.apiKey}` },
    })
  }
  const until = async (condition: () => Promise<boolean>) => {
    for (let waited = 0; waited < 5_000; waited += 20) {
      if (await condition()) return
      await setTimeout(20)
    }
    throw new Error('It did not happen within five seconds')
  }
  const head = (contentLength: number) =>
    [
      'POST /api/v1/images HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${harness.apiKey}`,
      'Content-Type: multipart/form-data; boundary=B',
      `Content-Length: ${contentLength}`,
      '',
      '--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n',
    ].join('\r\n')
  const open = async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    return socket
  }
  const answer = (socket: Socket) =>
    new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
        if (text.includes('\r\n\r\n')) resolve(text)
      })
    })

  it('removes the temporary file when the client leaves half-way', async () => {
    const socket = await open()
    socket.write(head(1_000_000))
    socket.write(Buffer.alloc(100_000, 1))
    await until(async () => (await temporaryFiles()).length === 1)
    socket.destroy()
    await until(async () => (await temporaryFiles()).length === 0)
    expect(harness.logged.filter((line) => line.event === 'request.unexpected-error')).toEqual([])
  })

  it('answers 413 to a client that is still sending, and takes the next one', async () => {
    const response = await upload(Buffer.alloc(maxUploadBytes + 1), 'big.png')
    expect(response.status).toBe(413)
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe('PAYLOAD_TOO_LARGE')
    const announced = await open()
    announced.write(head(500_000_000))
    expect(await answer(announced)).toMatch(/^HTTP\/1\.1 413 /)
    announced.destroy()
    expect((await upload(await picture(1), 'fits.png')).status).toBe(201)
    expect(await temporaryFiles()).toEqual([])
  })

  it('cuts a client that sends without end after it was refused', async () => {
    const socket = await open()
    const form = head(0).slice(head(0).indexOf('--B'))
    const chunked = (bytes: Buffer) =>
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
    socket.write(head(0).slice(0, -form.length).replace('Content-Length: 0', 'Transfer-Encoding: chunked'))
    socket.write(chunked(Buffer.from(form)))
    let status = ''
    socket.once('data', (data) => {
      status = data.toString('latin1', 0, 12)
    })
    const chunk = chunked(Buffer.alloc(0x10000, 1))
    let sent = 0
    while (!socket.destroyed && sent < 200_000_000) {
      sent += chunk.length
      if (!socket.write(chunk)) {
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), setTimeout(2_000)])
      }
      await setTimeout(0)
    }
    expect(status).toBe('HTTP/1.1 413')
    expect(sent).toBeGreaterThan(maxUploadBytes)
    expect(sent).toBeLessThan(100_000_000)
    expect(await temporaryFiles()).toEqual([])
  })

  it('answers 401 before it reads a body, and does not read it for ever', async () => {
    const socket = await open()
    socket.write(head(500_000_000).replace(harness.apiKey, 'wrong'))
    expect(await answer(socket)).toMatch(/^HTTP\/1\.1 401 /)
    let sent = 0
    while (!socket.destroyed && sent < 400_000_000) {
      sent += 0x10000
      if (!socket.write(Buffer.alloc(0x10000))) {
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), setTimeout(2_000)])
      }
    }
    expect(sent).toBeLessThan(100_000_000)
  })

  it('keeps file names that are not ASCII', async () => {
    const response = await upload(await picture(2), 'Ålesund 日本.png')
    const body = (await response.json()) as { id: string; paths: string[] }
    expect(body.paths).toEqual(['Ålesund-日本.png'])
    const found = await fetch(`${url}/api/v1/images/${body.id}`, {
      headers: { authorization: `Bearer ${harness.apiKey}` },
    })
    expect(
      ((await found.json()) as { metadata: { original_filename: string } }).metadata.original_filename,
    ).toBe('Ålesund 日本.png')
  })

  it('takes 40 uploads at once', async () => {
    const pictures = await Promise.all(Array.from({ length: 40 }, (_, index) => picture(100 + index)))
    const responses = await Promise.all(pictures.map((bytes, index) => upload(bytes, `many-${index}.png`)))
    expect(responses.map((response) => response.status)).toEqual(Array(40).fill(201))
    expect(await temporaryFiles()).toEqual([])
  })
})
