/** Writes a reply to the socket: method, `Range`, lengths, and patience with slow readers. */
import type { ReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { problem } from '@fovea/core'
import { rangeAllowed, readRange } from './range.ts'
import { bodySize, type Reply } from './reply.ts'

export interface SendOptions {
  readonly method: string
  readonly range?: string | undefined
  readonly ifRange?: string | undefined
}

/** A reader that takes nothing for this long is cut off, ms. */
export const writeIdleMs = 30_000

/**
 * Cuts a whole answer down to the range that was asked for.
 * @throws Problem `request/range-not-satisfiable`
 */
export function applyRange(reply: Reply, { method, range, ifRange }: SendOptions): Reply {
  const { representation, body } = reply
  if (range === undefined || method !== 'GET' || representation === undefined || body === undefined)
    return reply
  if (!rangeAllowed(ifRange, representation.etag)) return reply
  const size = bodySize(body)
  const part = readRange(range, size)
  if (part === undefined) return reply
  if (part === 'unsatisfiable') {
    throw problem('request/range-not-satisfiable', {
      detail: `The image has ${size} bytes; the range asked for lies behind them.`,
      members: { sizeBytes: size },
    })
  }
  const { start, end } = part
  return {
    ...reply,
    status: 206,
    headers: { ...reply.headers, 'Content-Range': `bytes ${start}-${end}/${size}` },
    body:
      body.kind === 'bytes'
        ? { kind: 'bytes', bytes: body.bytes.subarray(start, end + 1) }
        : { ...body, offset: body.offset + start, sizeBytes: end + 1 - start },
  }
}

/**
 * Sends and resolves when the last byte has left this process, or the client has gone.
 * @throws Error when a file cannot be opened or the client has gone, before anything is sent
 */
export async function send(response: ServerResponse, reply: Reply, method: string): Promise<void> {
  const { body } = reply
  const size = bodySize(body)
  const file = body?.kind === 'file' && method !== 'HEAD' ? await open(body.path) : undefined
  const headers: Record<string, string | number> = { ...reply.headers }
  if (reply.status !== 204 && reply.status !== 304) headers['Content-Length'] = size
  try {
    if (response.destroyed) throw new Error('the client went away')
    response.writeHead(reply.status, headers)
  } catch (error) {
    await file?.close()
    throw error
  }
  if (file !== undefined && body?.kind === 'file') {
    await sendFile(response, file.createReadStream({ start: body.offset, end: body.offset + size - 1 }), size)
    return
  }
  response.end(body?.kind === 'bytes' && method !== 'HEAD' ? body.bytes : undefined)
  if (response.writableLength > 0) response.socket?.setTimeout(writeIdleMs)
}

/** `stream.pipeline` would do, but costs a dozen listeners on each response. */
function sendFile(response: ServerResponse, file: ReadStream, size: number): Promise<void> {
  response.socket?.setTimeout(writeIdleMs)
  return new Promise((resolve) => {
    // The head has gone out, so all that is left is to break the connection: a cut body must not look whole.
    file.once('error', () => response.destroy())
    file.once('end', () => (file.bytesRead === size ? response.end() : response.destroy()))
    response.once('close', () => {
      file.destroy()
      resolve()
    })
    file.pipe(response, { end: false })
  })
}
