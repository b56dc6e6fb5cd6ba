/**
 * What to do with a body nobody reads any more.
 *
 * Answering and closing at once would reset the connection under a client that is still sending, and it would never
 * see the answer. So the rest is read and thrown away, up to a point.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'

const maxBytes = 32 * 1024 * 1024
const maxMs = 10_000

export function discardBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.readableEnded || request.destroyed) return
  // The client must not put another request behind a body of unknown length.
  if (!response.headersSent) response.setHeader('connection', 'close')
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
