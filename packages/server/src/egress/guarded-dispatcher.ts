/**
 * Connections that are checked where they are made: every address a name resolves to must be allowed, the connection
 * goes to one of just these, and the peer of the open socket is looked at once more. A name that changes its answer
 * between check and use (DNS rebinding) therefore gains nothing.
 *
 * The resolver is not asked about literal addresses, so those are checked by `checkHost` before a request is sent.
 */
import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import type { EgressPolicy } from './policy.ts'

export interface DispatcherOptions {
  readonly policy: EgressPolicy
  /** Time to open a connection, TLS included, ms. */
  readonly connectMs: number
  /** Another resolver; the system's when absent. */
  readonly lookup?: typeof systemLookup
}

/** Code of the error with which a connection is refused. */
const refusedCode = 'FOVEA_EGRESS_REFUSED'

/** An undici dispatcher that opens no connection the policy forbids. */
export function guardedDispatcher(options: DispatcherOptions): Agent {
  const { policy } = options
  const connectors = new Map<number, buildConnector.connector>()
  return new Agent({
    connections: 32,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 16_384,
    allowH2: false,
    connect: (target, callback) => {
      const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80)
      const connect = connectors.get(port) ?? connectorFor(port, options)
      connectors.set(port, connect)
      connect(target, (error, socket) => {
        if (error !== null) {
          callback(error, null)
          return
        }
        const peer = socket.remoteAddress ?? ''
        if (policy.trustsHost(target.hostname, port) || policy.allowsAddress(peer, port)) {
          callback(null, socket)
          return
        }
        socket.destroy()
        callback(refusal(target.hostname), null)
      })
    },
  })
}

function connectorFor(port: number, options: DispatcherOptions): buildConnector.connector {
  return buildConnector({
    timeout: options.connectMs,
    lookup: checkedLookup(options, port),
    allowH2: false,
  } as buildConnector.BuildOptions)
}

/** Whether a failed request ended because its connection was refused here. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === refusedCode
}

function checkedLookup({ policy, lookup = systemLookup }: DispatcherOptions, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, [])
        return
      }
      const isAllowed =
        policy.trustsHost(hostname, port) ||
        addresses.every(({ address }) => policy.allowsAddress(address, port))
      if (!isAllowed || addresses.length === 0) {
        callback(refusal(hostname), [])
        return
      }
      const [first] = addresses
      if (options.all === true) callback(null, addresses)
      else callback(null, first?.address ?? '', first?.family)
    })
  }
}

function refusal(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`connections to ${hostname} are not allowed`), { code: refusedCode })
}
