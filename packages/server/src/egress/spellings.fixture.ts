/** Ways to write an address of this machine or of the network around it, so that a careless check lets it through. */

const loopback = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.000.000.001', '127.255.255.254', '127.0.0.1.', '2130706433'],
  ...[
    '0x7f000001',
    '0x7F.0x0.0x0.0x1',
    '0x7f.1',
    '017700000001',
    '0177.0.0.1',
    '0177.0.0.01',
    '00000177.0.0.1',
  ],
  ...['127.0x0.1', '0x7f.0.1', '１２７.0.0.1', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1'],
  ...[
    '①②⑦.⓪.⓪.①',
    '%31%32%37.0.0.1',
    '127.0.0.%31',
    '127%2e0%2e0%2e1',
    '127.0.0.1%2f',
    '0',
    '0.0.0.0',
    '0x0',
    '00',
  ],
  ...[
    'localhost',
    'LOCALHOST',
    'LocalHost.',
    'localhost.',
    'loc%61lhost',
    'ｌｏｃａｌｈｏｓｔ',
    'ℓocalhost',
    'localhoſt',
  ],
  ...['foo.localhost', 'localhost.localdomain', 'ip6-localhost', 'loopback.test', 'mixed.test', 'v6.test'],
]

const loopback6 = [
  ...[
    '::1',
    '::',
    '0:0:0:0:0:0:0:1',
    '0000:0000:0000:0000:0000:0000:0000:0001',
    '0::1',
    '::0:1',
    '::ffff:127.0.0.1',
  ],
  ...[
    '::ffff:7f00:1',
    '::FFFF:7F00:0001',
    '0:0:0:0:0:ffff:127.0.0.1',
    '::127.0.0.1',
    '::7f00:1',
    '::ffff:0:127.0.0.1',
  ],
  ...[
    '64:ff9b::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '64:ff9b:1:2::7f00:1',
    '2002:7f00:1::',
    '2002:7f00:1::1',
  ],
  ...[
    '2001:0:7f00:1::',
    '2001:0:0:0:0:0:80ff:fffe',
    '2a00::5efe:7f00:1',
    'fe80::5efe:7f00:1',
    '2a00:1450:4001:81b:200:5efe:7f00:1',
  ],
  ...[
    'fe80::1',
    'fe80::1%25eth0',
    'fec0::1',
    'fc00::1',
    'fd00::1',
    'fd00:ec2::254',
    'ff02::1',
    '100::1',
    '5f00::1',
  ],
]

const around = [
  ...[
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '::ffff:a9fe:a9fe',
  ],
  ...[
    '10.0.0.1',
    '10.1',
    '0xa000001',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.0.1',
    '192.168.1',
  ],
  ...[
    '100.64.0.1',
    '100.100.100.200',
    '192.0.0.192',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ],
  ...['metadata.test', 'private.test'],
]

/** Host names that the tests' resolver knows. */
export const stubNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['localhost', ['127.0.0.1']],
  ['foo.localhost', ['127.0.0.1']],
  ['localhost.localdomain', ['127.0.0.1']],
  ['ip6-localhost', ['::1']],
  ['loopback.test', ['127.0.0.1']],
  ['v6.test', ['::ffff:127.0.0.1']],
  ['mixed.test', ['93.184.216.34', '127.0.0.1']],
  ['metadata.test', ['169.254.169.254']],
  ['private.test', ['10.0.0.1']],
])

/** At least 200 URLs that all lead, or try to lead, to `port` of this machine or to an address that is not public. */
export function forbiddenUrls(port: number): readonly string[] {
  const hosts = [...loopback, ...loopback6.map((host) => `[${host}]`), ...around.map(bracketed)]
  return [
    ...hosts.map((host) => `http://${host}:${port}/canary`),
    ...hosts.map((host) => `https://${host}/canary`),
    ...oddities(port),
  ]
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** User names, white space, back slashes, other schemes, other ports. */
function oddities(port: number): readonly string[] {
  const here = `127.0.0.1:${port}`
  return [
    ...[`http://example.com@${here}/`, `http://user:pass@${here}/`, `http://${here}#@example.com/`],
    ...[
      `http://${here}\\@example.com/`,
      `http:\\\\${here}/`,
      `http:/\\${here}/`,
      `http:${here}/`,
      `http:/${here}/`,
    ],
    ...[
      `http://127.0.0.1\t:${port}/`,
      `http://127.0.0.1\r\n:${port}/`,
      `ht\ntp://${here}/`,
      ` http://${here}/`,
    ],
    ...[
      `http://${here}\u0000/`,
      `http:// ${here}/`,
      `//${here}/`,
      `${here}/`,
      '',
      'http://',
      'http:///',
      'https://?x',
    ],
    ...[`ftp://${here}/`, `gopher://${here}/_GET`, `file:///etc/passwd`, `file://127.0.0.1/etc/passwd`],
    ...[
      `dict://${here}/`,
      `ws://${here}/`,
      `unix:/run/x.sock`,
      `data:image/png;base64,AAAA`,
      `blob:http://${here}/1`,
    ],
    ...[
      'javascript:1',
      `jar:http://${here}!/x`,
      `view-source:http://${here}/`,
      `http+unix://%2Frun%2Fx.sock/`,
    ],
    ...[
      'http://93.184.216.34:22/',
      'http://93.184.216.34:6379/',
      'http://93.184.216.34:0/',
      'http://93.184.216.34:65536/',
    ],
    ...[
      `http://93.184.216.34:${port}/`,
      `http://example.com:${port}/`,
      `http://1.1.1.1 @${here}/`,
      `http://[::1/`,
    ],
    ...[`http://[127.0.0.1]:${port}/`, `http://[::1]:${port}@example.com/`, `http://0/${'a'.repeat(9_000)}`],
  ]
}
