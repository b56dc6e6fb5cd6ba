import { mkdtempSync, openAsBlob, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fileFetch, sendBuffer } from './file-fetch.ts'

let folder: string
let server: Server | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fovea-file-fetch-'))
})
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function serve(answer: RequestListener): Promise<string> {
  const own = createServer(answer)
  server = own
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(own.address() as AddressInfo).port}`
}

/** Bytes that differ from piece to piece, so that one sent in the place of another shows. */
function fileOf(bytes: number): string {
  const path = join(folder, 'photo.jpg')
  writeFileSync(
    path,
    Uint8Array.from({ length: bytes }, (_, at) => at >> 11),
  )
  return path
}

it('tells how much of the file has left, piece by piece', async () => {
  const url = await serve(async (request, response) => {
    await request.toArray()
    response.end()
  })
  const path = fileOf(1_300_000)
  const shares: number[] = []
  const send = fileFetch(path, sendBuffer(), (share) => void shares.push(share))
  await send(url, { method: 'POST', body: await openAsBlob(path) })
  const piece = 512 * 1024
  expect(shares).toEqual([piece / 1_300_000, (2 * piece) / 1_300_000, 1])
})

it.each([0, 1, 512 * 1024, 1_300_000])('sends a file of %i bytes as the platform would', async (bytes) => {
  const heard: object[] = []
  const url = await serve(async (request, response) => {
    const { authorization, 'content-type': type, 'content-length': length } = request.headers
    heard.push({ authorization, type, length, body: Buffer.concat(await request.toArray()) })
    response.writeHead(201, { 'x-said': 'yes' }).end('{"id":"1"}')
  })
  const path = fileOf(bytes)
  const headers = { authorization: 'Bearer k', 'content-type': 'application/octet-stream' }
  const init = { method: 'POST', headers, body: await openAsBlob(path) }
  const own = await fileFetch(path, sendBuffer())(url, init)
  await fetch(url, init)
  expect([own.status, own.headers.get('x-said'), await own.json()]).toEqual([201, 'yes', { id: '1' }])
  const [mine, platform] = heard
  expect(mine).toMatchObject({ authorization: 'Bearer k', length: String(bytes) })
  expect(mine).toEqual(platform)
})

it('takes the answer of a server that reads no further', async () => {
  const url = await serve((_request, response) => void response.writeHead(413).end('too large'))
  const path = fileOf(1)
  truncateSync(path, 20_000_000)
  const body = await openAsBlob(path)
  const answer = await fileFetch(path, sendBuffer())(url, { method: 'POST', body })
  expect([answer.status, await answer.text()]).toEqual([413, 'too large'])
})

it('fails when the file has become shorter', async () => {
  const url = await serve((request, response) => void request.resume().on('end', () => response.end()))
  const path = fileOf(1_000_000)
  const body = await openAsBlob(path)
  truncateSync(path, 10)
  const sent = fileFetch(path, sendBuffer())(url, { method: 'POST', body })
  await expect(sent).rejects.toThrow('has changed while it was sent')
})

it('ends with its caller', async () => {
  const url = await serve((request) => void request.resume())
  const path = fileOf(1_000_000)
  const body = await openAsBlob(path)
  const signal = AbortSignal.timeout(50)
  const sent = fileFetch(path, sendBuffer())(url, { method: 'POST', body, signal })
  await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
})

it('leaves what is no file to the platform', async () => {
  const url = await serve((request, response) => void request.pipe(response))
  const answer = await fileFetch('/nowhere', sendBuffer())(url, { method: 'POST', body: 'text' })
  expect(await answer.text()).toBe('text')
})
