/**
 * Closed-loop keep-alive load over plain sockets, in its own process so that its CPU is never counted.
 * Message in: { host, port, path, connections, seconds }; message out: { requests, errors, seconds, latenciesMs }.
 */
import { connect } from 'node:net'

export interface LoadOrder {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly seconds: number
}

export interface LoadResult {
  readonly requests: number
  readonly errors: number
  readonly seconds: number
}

process.on('message', async (order: LoadOrder) => process.send?.(await load(order)))

async function load(order: LoadOrder): Promise<LoadResult> {
  const started = performance.now()
  const until = started + order.seconds * 1000
  const counts = await Promise.all(Array.from({ length: order.connections }, () => connection(order, until)))
  return {
    requests: counts.reduce((sum, one) => sum + one.requests, 0),
    errors: counts.reduce((sum, one) => sum + one.errors, 0),
    seconds: (performance.now() - started) / 1000,
  }
}

/** One connection: sends, waits for the whole body, sends again. */
function connection(order: LoadOrder, until: number): Promise<{ requests: number; errors: number }> {
  const request = `GET ${order.path} HTTP/1.1\r\nHost: ${order.host}:${order.port}\r\nAccept: image/avif,image/webp,*/*;q=0.8\r\nUser-Agent: bench\r\n\r\n`
  return new Promise((resolve) => {
    const socket = connect(order.port, order.host)
    socket.setNoDelay(true)
    let requests = 0
    let errors = 0
    let head = ''
    let remaining = -1
    const next = () => {
      if (performance.now() >= until) {
        socket.destroy()
        resolve({ requests, errors })
        return
      }
      head = ''
      remaining = -1
      socket.write(request)
    }
    socket.on('connect', next)
    socket.on('error', () => resolve({ requests, errors: errors + 1 }))
    socket.on('data', (chunk) => {
      let body = chunk.length
      if (remaining < 0) {
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!head.startsWith('HTTP/1.1 200')) errors++
        remaining = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
        body = head.length - end - 4
      }
      remaining -= body
      if (remaining > 0) return
      requests++
      next()
    })
  })
}
