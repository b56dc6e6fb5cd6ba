/**
 * Knows the open connections and what each still owes, so that a server can stop without cutting an answer.
 *
 * node:http's own `closeIdleConnections` takes a connection for idle once the response has been ended, although its
 * body may still be on the way to a slow reader; here it is idle when the last byte has left.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export interface Connection {
  /** Responses of node:http that have not ended. */
  pending: number
  /** The newest of them. */
  response: ServerResponse | undefined
}

const sweepMs = 20

export class Connections {
  readonly #open = new Map<Socket, Connection>()

  constructor(server: Server) {
    server.prependListener('connection', (socket) => {
      this.#open.set(socket, { pending: 0, response: undefined })
      socket.once('close', () => this.#open.delete(socket))
    })
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const connection = this.#open.get(request.socket)
      if (connection === undefined) return
      connection.pending++
      connection.response = response
      response.once('close', () => {
        connection.pending--
      })
    })
  }

  get size(): number {
    return this.#open.size
  }

  of(socket: Socket): Connection | undefined {
    return this.#open.get(socket)
  }

  /** Ends each connection when its last answer has been read; resolves when none is left. */
  async drain(): Promise<void> {
    while (this.#open.size > 0) {
      for (const [socket, { pending, response }] of this.#open) {
        if (pending === 0 && socket.writableLength === 0) socket.destroySoon()
        else if (response?.headersSent === false) response.setHeader('Connection', 'close')
      }
      await setTimeout(sweepMs)
    }
  }

  destroyAll(): void {
    for (const socket of this.#open.keys()) socket.destroy()
  }
}
