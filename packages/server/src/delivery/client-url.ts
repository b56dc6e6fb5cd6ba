/**
 * The address as the client wrote it: host and scheme of a request, believed from a proxy only when the operator has
 * named it (`FOVEA_TRUSTED_PROXIES`).
 */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { hostName } from './hosts.ts'

export class ClientUrls {
  readonly #publicUrl: URL
  readonly #trusted = new BlockList()
  /** Whether `X-Forwarded-Host` may ever matter. */
  readonly hasProxies: boolean

  constructor(publicUrl: string, trustedProxies: string) {
    this.#publicUrl = new URL(publicUrl)
    const networks = trustedProxies
      .split(',')
      .map((network) => network.trim())
      .filter((network) => network !== '')
    for (const network of networks) {
      const [address = '', bits] = network.split('/')
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
      this.#trusted.addSubnet(
        address,
        bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits),
        family,
      )
    }
    this.hasProxies = networks.length > 0
  }

  /** Host name the client named, lower case, without port. */
  host(request: IncomingMessage): string {
    return hostName(this.#authority(request))
  }

  /** `https://img.example.com:8443`, without a path. */
  origin(request: IncomingMessage): string {
    const authority = this.#authority(request)
    return `${this.#scheme(request, authority)}://${authority ?? this.#publicUrl.host}`
  }

  #authority(request: IncomingMessage): string | undefined {
    const forwarded = this.#isTrusted(request) ? first(request.headers['x-forwarded-host']) : undefined
    return forwarded ?? request.headers.host
  }

  #scheme(request: IncomingMessage, authority: string | undefined): string {
    const forwarded = this.#isTrusted(request) ? first(request.headers['x-forwarded-proto']) : undefined
    if (forwarded === 'https' || forwarded === 'http') return forwarded
    // The public address tells how people reach this server, whatever its own listener speaks.
    return authority === this.#publicUrl.host ? this.#publicUrl.protocol.slice(0, -1) : 'http'
  }

  #isTrusted({ socket }: IncomingMessage): boolean {
    if (!this.hasProxies) return false
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '')
    const version = isIP(address)
    return version !== 0 && this.#trusted.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/** The proxy nearest to the client speaks first. */
function first(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header
  return text?.split(',', 1)[0]?.trim().toLowerCase()
}
