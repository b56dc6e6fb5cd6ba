/**
 * Which addresses a request of ours may be connected to: those of the public internet, nothing else.
 *
 * Everything that carries an IPv4 address inside an IPv6 one (NAT64, 6to4, Teredo, ISATAP, IPv4-compatible and
 * -translated forms) is refused as a whole: a gateway behind us could turn it into a private one. Only the mapped
 * form is unwrapped, because that is how a dual-stack socket names its IPv4 peer.
 */
import ipaddr from 'ipaddr.js'

/** IANA: the only block from which global unicast addresses are given out. */
const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

/** Blocks inside it that lead elsewhere and that the library calls unicast. Source: IANA special-purpose registry. */
const notGlobal = ['2001::/23', '2001:db8::/32', '3fff::/20', '2002::/16'].map(
  (network) => ipaddr.parseCIDR(network) as [ipaddr.IPv6, number],
)

/** Whether `address` (as the resolver or a socket writes it) is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address)
  if (parsed === undefined) return false
  if (parsed.kind() === 'ipv4') return parsed.range() === 'unicast'
  const v6 = parsed as ipaddr.IPv6
  return (
    v6.match(globalUnicast) &&
    v6.range() === 'unicast' &&
    !notGlobal.some((network) => v6.match(network)) &&
    !isIsatap(v6)
  )
}

/**
 * An address of one family, an IPv4-mapped one unwrapped; `undefined` for anything that is not written the way
 * resolvers and sockets write addresses: zone ids, octal, hexadecimal or shortened IPv4.
 */
export function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address)
  if (address.includes('%') || !ipaddr.IPv6.isValid(address)) return undefined
  const v6 = ipaddr.IPv6.parse(address)
  return v6.isIPv4MappedAddress() ? v6.toIPv4Address() : v6
}

/** RFC 5214 §6.1: an interface identifier of 00-00-5e-fe or 02-00-5e-fe followed by an IPv4 address. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe
}
