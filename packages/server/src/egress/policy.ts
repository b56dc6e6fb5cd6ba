/**
 * What the operator allows beyond the public internet: `127.0.0.1:9000, 10.1.0.0/16, minio.internal:9000`.
 *
 * A host name allows whatever addresses it resolves to, on the named port (any when none is given): the operator
 * vouches for the name server. Customers cannot change this list.
 */
import ipaddr from 'ipaddr.js'
import { isPublicAddress, parseAddress } from './address.ts'
import { hostOf, portOf } from './remote-url.ts'

interface AllowedNetwork {
  readonly network: readonly [ipaddr.IPv4 | ipaddr.IPv6, number]
  readonly port: number | undefined
}

interface AllowedHost {
  readonly host: string
  readonly port: number | undefined
}

/** Ports a public address may be reached on without the operator's word. */
const publicPorts: ReadonlySet<number> = new Set([80, 443])

export class EgressPolicy {
  readonly #networks: readonly AllowedNetwork[]
  readonly #hosts: readonly AllowedHost[]

  /** @throws TypeError naming the entry that is no host, address or network */
  constructor(allowed = '') {
    const entries = allowed
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
    const read = entries.map(readEntry)
    this.#networks = read.filter((entry) => 'network' in entry)
    this.#hosts = read.filter((entry) => 'host' in entry)
  }

  /** Whether the operator named this host, so that its addresses need no check. */
  trustsHost(host: string, port: number): boolean {
    const name = host.toLowerCase()
    return this.#hosts.some((entry) => entry.host === name && agrees(entry.port, port))
  }

  /** Whether the operator named this very place: its host, or the address that is written in the URL. */
  names(url: URL): boolean {
    const [host, port] = [hostOf(url), portOf(url)]
    return this.trustsHost(host, port) || this.#isNamed(host, port)
  }

  /** Whether any address could be reached on this port: a cheap no before a name is resolved. */
  allowsPort(port: number): boolean {
    return publicPorts.has(port) || this.#networks.some((entry) => agrees(entry.port, port))
  }

  /** Whether a connection to this address and port may be opened. */
  allowsAddress(address: string, port: number): boolean {
    return (publicPorts.has(port) && isPublicAddress(address)) || this.#isNamed(address, port)
  }

  #isNamed(address: string, port: number): boolean {
    const parsed = parseAddress(address)
    if (parsed === undefined) return false
    return this.#networks.some(
      ({ network: [base, bits], port: allowed }) =>
        agrees(allowed, port) && base.kind() === parsed.kind() && parsed.match(base, bits),
    )
  }
}

/** Whether `text` is a list that {@link EgressPolicy} takes. */
export function isEgressList(text: string): boolean {
  try {
    new EgressPolicy(text)
    return true
  } catch {
    return false
  }
}

function agrees(allowed: number | undefined, port: number): boolean {
  return allowed === undefined || allowed === port
}

function readEntry(entry: string): AllowedNetwork | AllowedHost {
  const { host, port } = splitPort(entry)
  if (host.includes('/')) {
    try {
      return { network: ipaddr.parseCIDR(host), port }
    } catch {
      throw new TypeError(`"${entry}" is no network`)
    }
  }
  const address = parseAddress(host)
  if (address !== undefined) {
    return { network: [address, address.kind() === 'ipv4' ? 32 : 128], port }
  }
  if (!/^(?!\d+$)[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(host)) {
    throw new TypeError(`"${entry}" is no host name, address or network`)
  }
  return { host: host.toLowerCase(), port }
}

/** `host`, `host:port`, `[v6]:port`, `v6`, `network/bits`, `network/bits:port` (an IPv6 network in brackets). */
function splitPort(entry: string): { host: string; port: number | undefined } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(entry)
  if (match === null) return { host: entry, port: undefined }
  const port = match[3] === undefined ? undefined : Number(match[3])
  if (port !== undefined && (port < 1 || port > 65_535)) throw new TypeError(`"${entry}" has no valid port`)
  return { host: match[1] ?? match[2] ?? '', port }
}
