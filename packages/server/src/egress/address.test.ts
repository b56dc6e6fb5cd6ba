import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './address.ts'

const publicAddresses = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '198.17.255.255',
  '223.255.255.254',
  '::ffff:8.8.8.8',
  '2001:4860:4860::8888',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::200e',
]

const refused = [
  // IPv4: this network, private, shared, loopback, link-local (cloud metadata), documentation, multicast, reserved
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1'],
  ...['127.255.255.254', '169.254.169.254', '169.254.170.2', '172.16.0.1', '172.31.255.255', '192.0.0.1'],
  ...['192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.1', '192.168.255.255', '198.18.0.1'],
  ...['198.19.255.255', '198.51.100.1', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
  '255.255.255.255',
  // IPv6: unspecified, loopback, local, multicast, documentation, discard, benchmarking, ORCHID, segment routing
  ...['::', '::1', 'fe80::1', 'febf::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1'],
  ...['3fff::1', '100::1', '2001:2::1', '2001:10::1', '2001:20::1', '5f00::1', '4000::1', '8000::1'],
  // Zone ids and spellings that no resolver and no socket writes
  ...['fe80::1%eth0', '2001:4860:4860::8888%1', '127.1', '0x7f.0.0.1', '0177.0.0.1', '2130706433', '1.1.1'],
  ...['', 'localhost', '1.1.1.1.', ' 1.1.1.1', '1.1.1.1/32', '[::1]'],
]

describe('isPublicAddress', () => {
  it.each(publicAddresses)('takes %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each(refused)('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it('refuses every IPv6 form that carries an IPv4 address, whatever the address', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), fc.integer({ min: 0, max: 0xffff }), (v4, noise) => {
        for (const address of embeddings(v4, noise.toString(16))) {
          expect(isPublicAddress(address), address).toBe(false)
        }
      }),
    )
  })

  it('judges a mapped address by the IPv4 address it stands for', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), (v4) => {
        const dotted = v4.join('.')
        expect(isPublicAddress(`::ffff:${dotted}`)).toBe(isPublicAddress(dotted))
        expect(isPublicAddress(`::ffff:${hex(v4)}`)).toBe(isPublicAddress(dotted))
      }),
    )
  })
})

/** NAT64, local NAT64, 6to4, Teredo, ISATAP, IPv4-compatible and IPv4-translated forms. */
function embeddings(v4: readonly number[], noise: string): readonly string[] {
  const low = hex(v4)
  const flipped = hex(v4.map((octet) => octet ^ 0xff))
  return [
    `64:ff9b::${low}`,
    `64:ff9b:1:${noise}::${low}`,
    `64:ff9b:1::${low}`,
    `2002:${low}::${noise}`,
    `2001:0:${noise}:1:0:1:${flipped}`,
    `2a00:1450:4001:81b:0:5efe:${low}`,
    `2a00:1450:4001:81b:200:5efe:${low}`,
    `fe80::5efe:${low}`,
    `::${low}`,
    `::ffff:0:${low}`,
  ]
}

/** Two groups of four hexadecimal digits. */
function hex([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}
