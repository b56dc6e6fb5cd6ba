/** Baseline of the hit bench: a bare node:http server that answers given bytes from memory with our headers. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

process.on('message', (order: { headers: Record<string, string>; bodyBase64: string }) => {
  const body = Buffer.from(order.bodyBase64, 'base64')
  const server = createServer((_request, response) => {
    response.writeHead(200, { ...order.headers, 'Content-Length': body.length })
    response.end(body)
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
})
