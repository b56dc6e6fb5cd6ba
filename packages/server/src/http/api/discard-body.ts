/**
 * What to do with a body nobody reads any more.
 *
 * Answering and closing at once would reset the connection under a client that is still sending, and it would never
 * see the answer. So the connection stays, and the rest is read and thrown away, up to a point.
 */
import type { IncomingMessage } from 'node:http'

const maxBytes = 32 * 1024 * 1024
const maxMs = 10_000

export function discardBody(request: IncomingMessage): void {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
  if (request.readableEnded || request.destroyed || (length === '0' && coding === undefined)) return
  request.unpipe()
  let bytes = 0
  const timer = setTimeout(() => request.destroy(), maxMs).unref()
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) request.destroy()
  })
  request.once('close', () => clearTimeout(timer))
  request.once('error', () => {})
  request.resume()
}
