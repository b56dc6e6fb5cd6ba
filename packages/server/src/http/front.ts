/**
 * Answers pictures that lie ready in memory straight from the socket, before node:http.
 *
 * node:http's parser and response objects are two thirds of what such a request costs (see bench/). A socket starts
 * here; a request that is one whole ordinary GET of a held picture is answered with one write. Everything else is
 * node:http's, in one of two ways:
 *  - an ordinary request without a body goes through node:http's own parser, and when its response has ended the
 *    connection is again at a message boundary, so the next request is looked at here first;
 *  - at anything unusual (split or pipelined packets, bodies, upgrades, other methods or versions, malformed text) the
 *    socket is handed over for good, together with the bytes as they came.
 * The parser never sees a request that was answered here, and never misses a byte of one that was not.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { type AcceptBucket, acceptBucket } from '@fovea/core'
import type { Hits, PreparedHit } from '../delivery/index.ts'
import type { Connections } from './connections.ts'
import { type HeaderBlock, readRequestHead } from './request-head.ts'

export interface FrontOptions {
  readonly hits: Pick<Hits, 'find' | 'note'>
  /** Key of a target on a host in `hits`. */
  hitKey(host: string, target: string): string
  /** Whether a proxy's `X-Forwarded-Host` may be believed. */
  readonly hasProxies: boolean
  readonly connections: Pick<Connections, 'of'>
  /** An idle connection is closed after this, ms. */
  readonly idleMs: number
  /** A reader that takes nothing for this long is cut off, ms. */
  readonly writeIdleMs: number
}

type Listener = (...parameters: unknown[]) => void

export class Front {
  readonly #server: Server
  readonly #options: FrontOptions
  /** node:http's own reaction to a new connection. */
  readonly #attach: Listener | undefined
  #isStopped = false

  /** Takes over the server's new connections. Does nothing when node:http is not built as this file expects. */
  constructor(server: Server, options: FrontOptions) {
    this.#server = server
    this.#options = options
    const listeners = server.listeners('connection')
    if (listeners.length !== 1) return
    this.#attach = listeners[0] as Listener
    server.removeAllListeners('connection')
    server.on('connection', (socket) => this.#accept(socket))
  }

  /** From now on node:http answers everything. */
  stop(): void {
    this.#isStopped = true
  }

  #accept(socket: Socket): void {
    new FrontSocket(socket, this.#options, {
      attach: () => this.#attach?.call(this.#server, socket),
      isStopped: () => this.#isStopped,
    })
  }
}

interface House {
  attach(): void
  isStopped(): boolean
}

/** One socket and who reads it. */
class FrontSocket {
  readonly #socket: Socket
  readonly #options: FrontOptions
  readonly #house: House
  /** node:http knows of the socket. */
  #isAttached = false
  /** node:http's data listener, while it is called from here. */
  #parse: Listener | undefined
  #headers: HeaderBlock | undefined
  #bucket: AcceptBucket | undefined

  constructor(socket: Socket, options: FrontOptions, house: House) {
    this.#socket = socket
    this.#options = options
    this.#house = house
    socket.on('error', ignore)
    socket.on('data', this.#read)
    socket.on('end', this.#ended)
    socket.on('timeout', this.#timedOut)
    socket.setTimeout(options.idleMs)
  }

  /** Responses of node:http that have not ended. */
  get #pending(): number {
    return this.#options.connections.of(this.#socket)?.pending ?? 0
  }

  readonly #read = (chunk: Buffer): void => {
    const head = this.#pending === 0 ? readRequestHead(chunk, this.#headers) : undefined
    if (head === undefined) {
      this.#handOver(chunk)
      return
    }
    if (head.headers !== this.#headers) {
      this.#headers = head.headers
      this.#bucket = undefined
    }
    if (head.method === 'GET' && this.#isPlain(head.headers) && !this.#house.isStopped()) {
      const nowSeconds = Math.floor(Date.now() / 1000)
      const key = this.#options.hitKey(head.headers.host, head.target)
      const hit = this.#options.hits.find(key, this.#acceptBucket, nowSeconds)
      if (hit !== undefined) {
        this.#options.hits.note(hit, hit.bodyBytes)
        this.#write(hit, nowSeconds)
        return
      }
    }
    this.#passOn(chunk)
  }

  /** Nothing in the headers asks for more than the whole picture of the host they name. */
  #isPlain({ isPlain, isForwarded }: HeaderBlock): boolean {
    return isPlain && !(isForwarded && this.#options.hasProxies)
  }

  readonly #acceptBucket = (): AcceptBucket => {
    this.#bucket ??= acceptBucket(this.#headers?.accept)
    return this.#bucket
  }

  #write(hit: PreparedHit, nowSeconds: number): void {
    const socket = this.#socket
    const wasBehind = socket.writableLength > 0
    socket.write(hit.wire(nowSeconds))
    if (socket.writableLength === 0) return
    hit.lend()
    if (wasBehind) this.#waitForReader()
  }

  /** The client asks faster than it reads: no further request until it has caught up, and not for ever. */
  #waitForReader(): void {
    const socket = this.#socket
    const { idleMs, writeIdleMs } = this.#options
    if (!socket.writableNeedDrain) return
    socket.pause()
    socket.setTimeout(writeIdleMs)
    socket.once('drain', () => {
      socket.setTimeout(idleMs)
      socket.resume()
    })
  }

  /** One whole request without a body: node:http reads it, and the next one is looked at here again. */
  #passOn(chunk: Buffer): void {
    if (!this.#isAttached) {
      this.#attach()
      this.#interpose()
    }
    if (this.#parse === undefined) {
      this.#socket.emit('data', chunk)
      return
    }
    this.#parse.call(this.#socket as never, chunk as never)
    // No request came of it: a limit or the parser refused it. Whatever node:http does next, it does alone.
    if (this.#pending === 0) this.#release()
  }

  /** The socket is node:http's from this chunk on. */
  #handOver(chunk: Buffer): void {
    if (this.#isAttached) this.#release()
    else this.#attach()
    this.#socket.emit('data', chunk)
  }

  #attach(): void {
    const socket = this.#socket
    socket.off('data', this.#read)
    socket.off('end', this.#ended)
    socket.off('timeout', this.#timedOut)
    socket.setTimeout(0)
    this.#isAttached = true
    this.#house.attach()
  }

  /** Puts `#read` in the place of node:http's data listener. */
  #interpose(): void {
    const listeners = this.#socket.listeners('data')
    if (listeners.length !== 1) return
    this.#parse = listeners[0] as Listener
    this.#socket.off('data', this.#parse)
    this.#socket.on('data', this.#read)
  }

  #release(): void {
    if (this.#parse === undefined) return
    this.#socket.off('data', this.#read)
    this.#socket.on('data', this.#parse as (chunk: Buffer) => void)
    this.#parse = undefined
  }

  readonly #ended = (): void => {
    this.#socket.end()
  }

  readonly #timedOut = (): void => {
    this.#socket.destroy()
  }
}

function ignore(): void {}
