/**
 * The one listener: image mounts go to delivery on the raw target, operational paths are answered at once, everything
 * else goes to the API, which is loaded when the first such request comes or the first image has been sent.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { type Delivery, type Handled, originForm, type Routed, writeIdleMs } from '../delivery/index.ts'
import { errorFields, type Log } from '../observe/index.ts'
import { Connections } from './connections.ts'
import { Front } from './front.ts'
import { answerHealth, type HealthDependencies } from './health.ts'
import { listenError } from './listen-error.ts'
import { nextRequestId } from './request-id.ts'

// Not by `import`, which reads every export, and two of them load Node's whole fetch: 20 ms of CPU at the start.
const { createServer } = process.getBuiltinModule('node:http')

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface ListenerOptions {
  readonly delivery: Delivery | undefined
  /** Loads the API; called once. Absent where this process has no API. */
  readonly loadApi: (() => Promise<RequestHandler>) | undefined
  readonly health: Omit<HealthDependencies, 'isDraining'>
  readonly log: Log
  /** Everything through node:http: for comparison, and to rule the front out when something looks odd. */
  readonly withoutFront?: boolean
}

const limits = {
  /** Slowloris: a request line and headers must be complete within this, ms. */
  headersTimeout: 15_000,
  /** A whole request, its body included: 100 MB over a slow line, ms. */
  requestTimeout: 300_000,
  /** Longer than the idle time of common proxies, so that they close first, ms. */
  keepAliveTimeout: 75_000,
  maxRequestsPerSocket: 10_000,
  maxHeaderSize: 16_384,
  maxConnections: 8_192,
} as const

/** After the first image, before the API is loaded: the answer must be out first, ms. */
const loadApiAfterMs = 200

export class Listener {
  readonly server: Server
  readonly #options: ListenerOptions
  readonly #health: HealthDependencies
  readonly #front: Front | undefined
  readonly #connections: Connections
  #api: Promise<RequestHandler> | undefined
  #isDraining = false
  #isWarming = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#health = { ...options.health, isDraining: () => this.#isDraining }
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = limits
    this.server = createServer(
      { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize, connectionsCheckingInterval: 5_000 },
      (request, response) => this.#answer(request, response),
    )
    this.server.maxRequestsPerSocket = limits.maxRequestsPerSocket
    this.server.maxConnections = limits.maxConnections
    if (options.delivery !== undefined && options.withoutFront !== true) {
      const { delivery } = options
      const connections = { of: (socket: Socket) => this.#connections.of(socket) }
      this.#front = new Front(this.server, {
        hits: delivery.hits,
        hitKey: (host, target) => delivery.hitKey(host, target),
        hasProxies: delivery.hasProxies,
        connections,
        idleMs: keepAliveTimeout,
        writeIdleMs,
      })
    }
    this.#connections = new Connections(this.server)
  }

  /** Resolves with the port in use. @throws ListenError when the port or the address cannot be had */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) => reject(listenError(error, { port, host }))
      this.server.once('error', refuse)
      this.server.listen({ port, host }, () => {
        this.server.off('error', refuse)
        resolve((this.server.address() as AddressInfo).port)
      })
    })
  }

  /** Stops accepting, lets running requests finish for at most `graceMs`, then cuts what is left. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true
    // Only stops accepting: http's own `close` would also cut connections whose last answer is still being read.
    const closed = new Promise<void>((resolve) =>
      NetServer.prototype.close.call(this.server, () => resolve()),
    )
    this.#front?.stop()
    const cut = setTimeout(() => this.#connections.destroyAll(), graceMs)
    await this.#connections.drain()
    await closed
    clearTimeout(cut)
    this.server.close()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isDraining) response.setHeader('Connection', 'close')
    const target = originForm(request.url ?? '')
    const { delivery } = this.#options
    const routed = delivery?.route(request, target)
    if (routed instanceof Promise) {
      routed.then(
        (where) => this.#dispatch({ request, response, target }, where),
        (error: unknown) => this.#notRouted(response, error),
      )
    } else this.#dispatch({ request, response, target }, routed)
  }

  #dispatch(asked: Omit<Handled, 'routed' | 'requestId'>, routed: Routed | undefined): void {
    const { request, response, target } = asked
    const { delivery } = this.#options
    if (delivery !== undefined && routed !== undefined) {
      void delivery.handle({ ...asked, routed, requestId: nextRequestId() })
      if (!this.#isWarming) this.#warm(response)
      return
    }
    if (answerHealth(target.split('?', 1)[0] ?? '', request, response, this.#health)) return
    this.#toApi(request, response)
  }

  /** The database does not say whose host this is. */
  #notRouted(response: ServerResponse, error: unknown): void {
    this.#options.log.error({ event: 'request.not_routed', ...errorFields(error) })
    plain(response, 503, 'The server cannot be asked just now.\n', { 'Retry-After': '5' })
  }

  #toApi(request: IncomingMessage, response: ServerResponse): void {
    if (this.#options.loadApi === undefined) {
      plain(response, 404, 'Nothing is served at this address.\n')
      return
    }
    this.#loadApi(this.#options.loadApi).then(
      (api) => api(request, response),
      () => plain(response, 503, 'The API could not be started.\n', { 'Retry-After': '5' }),
    )
  }

  #warm(response: ServerResponse): void {
    this.#isWarming = true
    response.once('close', () => {
      const { loadApi, delivery } = this.#options
      setTimeout(() => {
        if (this.#isDraining) return
        if (loadApi !== undefined) this.#loadApi(loadApi).catch(() => undefined)
        void delivery?.scan()
      }, loadApiAfterMs).unref()
    })
  }

  #loadApi(load: () => Promise<RequestHandler>): Promise<RequestHandler> {
    this.#api ??= load().catch((error: unknown) => {
      this.#api = undefined
      this.#options.log.error({ event: 'api.not_loaded', ...errorFields(error) })
      throw error
    })
    return this.#api
  }
}

function plain(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  response.end(text)
}
