/**
 * A `fetch` for bodies that are a file of this machine, sent through `node:http` out of one buffer. The platform's own
 * costs four times the CPU: it reads small pieces, copies each, and full runs of the garbage collector remove them.
 */
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { type ClientRequest, type IncomingMessage, request as plain } from 'node:http'
import { request as safe } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { FileFault } from '../sentence.ts'

/** Memory for `fileFetch`, for one request at a time. Far larger than what a request takes without waiting. */
export function sendBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(512 * 1024)
}

/**
 * Sends Blobs, which all are the file at `path`, and leaves everything else to the platform. Follows no redirect: the
 * file has been sent by then.
 * @param onSent is told how much of the file has left, 0–1
 */
export function fileFetch(
  path: string,
  buffer: Buffer,
  onSent: ((share: number) => void) | undefined = undefined,
): typeof fetch {
  return (target, init) => {
    if (typeof target !== 'string' || !(init?.body instanceof Blob)) return fetch(target, init)
    const { size } = init.body
    const headers = new Headers(init.headers)
    headers.set('content-length', String(size))
    const url = new URL(target)
    const request = (url.protocol === 'https:' ? safe : plain)(url, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(headers),
      ...(init.signal ? { signal: init.signal } : {}),
    })
    return exchange(request, bytesAt(path, size, { buffer, onSent }))
  }
}

/**
 * The bytes of a file, each piece in the same memory: all but the last fill it, so that who writes them waits until
 * they have left. Throws when the file has another size by now.
 */
async function* bytesAt(
  path: string,
  size: number,
  { buffer, onSent }: { readonly buffer: Buffer; readonly onSent: ((share: number) => void) | undefined },
): AsyncGenerator<Uint8Array> {
  await using file = await open(path).catch((cause: Error) => {
    throw new FileFault(cause.message, { cause })
  })
  let filled = 0
  let left = size
  while (left > 0) {
    const { bytesRead } = await file.read(buffer, filled, Math.min(buffer.length - filled, left))
    if (bytesRead === 0) break
    filled += bytesRead
    left -= bytesRead
    if (filled < buffer.length && left > 0) continue
    yield buffer.subarray(0, filled)
    filled = 0
    onSent?.((size - left) / size)
  }
  if ((await file.stat()).size !== size) throw new FileFault(`${path} has changed while it was sent`)
}

/** A server may answer before it has read everything: its answer counts, and what is left is not sent. */
async function exchange(request: ClientRequest, pieces: AsyncIterable<Uint8Array>): Promise<Response> {
  const answered: Promise<IncomingMessage[]> = once(request, 'response')
  let cause: unknown
  const sent = pipeline(pieces, request).catch((error: unknown) => {
    cause = error
  })
  const [answer] = await answered.catch(async (error: unknown) => {
    // A file that cannot be read ends the request, which knows no more than that.
    await sent
    throw cause ?? error
  })
  if (answer === undefined) throw new TypeError('The request ended without an answer.')
  const body: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of answer) body.push(chunk)
  if (!request.writableFinished) request.destroy()
  await sent
  return responseOf(answer, new Blob(body))
}

function responseOf(
  { statusCode = 0, statusMessage = '', headersDistinct }: IncomingMessage,
  body: Blob,
): Response {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value)
  // An answer of these statuses must have no body, not an empty one.
  const isBare = statusCode === 204 || statusCode === 205 || statusCode === 304
  return new Response(isBare ? null : body, { status: statusCode, statusText: statusMessage, headers })
}
