/** A line to a local port that breaks: for uploads that must survive it. */
import { connect as connectTo, createServer, type Server, type Socket } from 'node:net'

/** Forwards bytes, and cuts a connection for good after the number that `limits` says next, until there is none left. */
export async function breakingLine(port: number, limits: number[]): Promise<Server & { cuts: number }> {
  const sockets = new Set<Socket>()
  const line = Object.assign(
    createServer((client) => {
      const server = connectTo(port, '127.0.0.1')
      let passed = 0
      for (const socket of [client, server]) {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => {
          client.destroy()
          server.destroy()
          sockets.delete(socket)
        })
      }
      server.pipe(client)
      client.on('data', (chunk: Buffer) => {
        const limit = limits[0] ?? Number.POSITIVE_INFINITY
        passed += chunk.length
        if (passed < limit) server.write(chunk)
        else {
          line.cuts++
          limits.shift()
          // What came before the cut still gets there.
          server.end(chunk.subarray(0, Math.max(0, limit - (passed - chunk.length))))
          client.destroy()
        }
      })
    }),
    { cuts: 0 },
  )
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  return line
}
