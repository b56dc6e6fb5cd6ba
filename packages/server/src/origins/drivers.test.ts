import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { azureOrigin } from './azure.ts'
import { originContract, read } from './contract.test-suite.ts'
import { folderOrigin } from './folder.ts'
import { gcsOrigin } from './gcs.ts'
import { accountFrom, Bucket, Container, egress, settingsOf, WebServer } from './origins.test-harness.ts'
import { matches, proxyOrigin } from './proxy.ts'
import { s3Origin } from './s3.ts'
import { webOrigin } from './web.ts'
import { writeContract } from './write.test-suite.ts'

const s3 = accountFrom('FOVEA_TEST_S3_URL')
const azurite = accountFrom('FOVEA_TEST_AZURITE_URL')

originContract('a web folder', async () => {
  const server = new WebServer()
  const baseUrl = `${await server.open()}/base/`
  const settings = settingsOf('web', { baseUrl })
  return {
    origin: webOrigin(settings, {}, egress),
    small: webOrigin({ ...settings, maxBytes: 1_000 }, {}, egress),
    put: async (path, bytes) => void server.files.set(`base/${path}`, bytes),
    close: () => server.close(),
  }
})

originContract('a folder of this machine', async () => {
  const root = await mkdtemp(join(tmpdir(), 'fovea-folder-'))
  const settings = settingsOf('folder', { path: root })
  return {
    origin: folderOrigin(settings, [root]),
    small: folderOrigin({ ...settings, maxBytes: 1_000 }, [root]),
    async put(path, bytes) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), bytes)
    },
    close: () => rm(root, { recursive: true }),
  }
})

describe.runIf(s3 !== undefined)('on an S3 server', () => {
  if (s3 === undefined) return
  const credentials = { accessKeyId: s3.name, secretAccessKey: s3.key }
  const bucket = new Bucket(s3, 'pictures')

  beforeAll(() => bucket.create())

  originContract('a bucket', async () => {
    const settings = settingsOf('s3', { endpoint: s3.endpoint, bucket: 'pictures', prefix: 'shop/' })
    return {
      origin: s3Origin(settings, credentials, egress),
      small: s3Origin({ ...settings, maxBytes: 1_000 }, credentials, egress),
      put: (path, bytes) => bucket.put(`shop/${path}`, bytes),
      close: async () => {},
    }
  })

  writeContract('a bucket', () => {
    const settings = settingsOf('s3', { endpoint: s3.endpoint, bucket: 'pictures', prefix: 'shop/' })
    return {
      origin: s3Origin(settings, credentials, egress),
      stranger: s3Origin(settings, { ...credentials, secretAccessKey: 'wrong' }, egress),
      name: 'the bucket "pictures"',
    }
  })

  originContract('a bucket with interoperability keys', async () => {
    const settings = settingsOf('gcs', { endpoint: s3.endpoint, bucket: 'pictures', region: 'us-east-1' })
    return {
      origin: gcsOrigin(settings, credentials, egress),
      small: gcsOrigin({ ...settings, maxBytes: 1_000 }, credentials, egress),
      put: (path, bytes) => bucket.put(path, bytes),
      close: async () => {},
    }
  })

  it.each([
    ['a wrong secret', { ...credentials, secretAccessKey: 'wrong' }],
    ['no keys', {}],
  ])('refuses %s', async (_, wrong) => {
    await bucket.put('secret.jpg', Buffer.from('x'))
    const settings = settingsOf('s3', { endpoint: s3.endpoint, bucket: 'pictures' })
    await expect(read(s3Origin(settings, wrong, egress), 'secret.jpg')).rejects.toMatchObject({
      code: 'origin/refused',
      status: 403,
    })
  })
})

describe.runIf(azurite !== undefined)('on Azurite', () => {
  if (azurite === undefined) return
  const container = new Container(azurite, 'pictures')
  const base = { account: azurite.name, container: 'pictures', endpoint: container.endpoint }

  beforeAll(() => container.create())

  originContract('a container', async () => {
    const settings = settingsOf('azure', { ...base, prefix: 'shop/' })
    const credentials = { accountKey: azurite.key }
    return {
      origin: azureOrigin(settings, credentials, egress),
      small: azureOrigin({ ...settings, maxBytes: 1_000 }, credentials, egress),
      put: (path, bytes) => container.put(`shop/${path}`, bytes),
      close: async () => {},
    }
  })

  writeContract('a container', () => {
    const settings = settingsOf('azure', { ...base, prefix: 'shop/' })
    const wrong = { accountKey: Buffer.from('wrong').toString('base64') }
    return {
      origin: azureOrigin(settings, { accountKey: azurite.key }, egress),
      stranger: azureOrigin(settings, wrong, egress),
      name: 'the container "pictures"',
    }
  })

  it('refuses a wrong key', async () => {
    await container.put('secret.jpg', Buffer.from('x'))
    const wrong = { accountKey: Buffer.from('wrong').toString('base64') }
    await expect(
      read(azureOrigin(settingsOf('azure', base), wrong, egress), 'secret.jpg'),
    ).rejects.toMatchObject({ code: 'origin/refused' })
  })
})

describe('a web folder', () => {
  const server = new WebServer()
  let url = ''

  beforeAll(async () => {
    url = await server.open()
  })

  afterAll(() => server.close())

  it.each([
    [400, 'origin/bad-request', 400],
    [401, 'origin/refused', 403],
    [403, 'origin/refused', 403],
    [404, 'origin/not-found', 404],
    [410, 'origin/gone', 410],
    [418, 'origin/refused', 403],
    [429, 'origin/busy', 429],
    [500, 'origin/invalid-response', 502],
    [503, 'origin/invalid-response', 502],
    [504, 'origin/timeout', 504],
    [204, 'origin/invalid-response', 502],
  ])('makes of status %i the problem %s with status %i', async (theirs, code, ours) => {
    server.answer = (_, response) => response.writeHead(theirs).end()
    const origin = webOrigin(settingsOf('web', { baseUrl: url }), {}, egress)
    await expect(read(origin, 'a.jpg')).rejects.toMatchObject({ code, status: ours })
  })

  it('sends its own headers, and the parameters that belong to the picture', async () => {
    server.answer = (_, response) => response.end('x')
    const origin = webOrigin(settingsOf('web', { baseUrl: url }), { headers: { 'X-Token': 't' } }, egress)
    await origin.read({ path: 'a b.jpg', query: 'v=2' }, undefined)
    expect(server.requests.at(-1)?.url).toBe('/a%20b.jpg?v=2')
    expect(server.requests.at(-1)?.headers['x-token']).toBe('t')
  })
})

describe('a web proxy', () => {
  it.each([
    ['example.com', 'https://example.com/a.jpg', true],
    ['example.com', 'http://EXAMPLE.com./a.jpg', true],
    ['example.com', 'https://sub.example.com/a.jpg', false],
    ['example.com', 'https://example.com.evil.test/a.jpg', false],
    ['example.com', 'https://notexample.com/a.jpg', false],
    ['example.com', 'https://example.com:8443/a.jpg', false],
    ['example.com:8443', 'https://example.com:8443/a.jpg', true],
    ['*.example.com', 'https://a.b.example.com/a.jpg', true],
    ['*.example.com', 'https://example.com/a.jpg', true],
    ['*.example.com', 'https://evilexample.com/a.jpg', false],
    ['https://example.com/public', 'https://example.com/public/a.jpg', true],
    ['https://example.com/public', 'https://example.com/public123/a.jpg', false],
    ['https://example.com/public', 'http://example.com/public/a.jpg', false],
    ['https://example.com/public', 'https://example.com/public/../private/a.jpg', false],
    ['https://example.com', 'https://example.com/a.jpg', true],
  ])('%s covers %s: %s', (pattern, url, is) => {
    expect(matches(pattern, new URL(url))).toBe(is)
  })

  it('compares every redirect with its list', async () => {
    const server = new WebServer()
    const url = await server.open()
    const { port } = new URL(url)
    server.answer = (request, response) =>
      request.url?.startsWith('/public/') === true
        ? response.writeHead(302, { location: '/private/a.jpg' }).end()
        : response.end('secret')
    const origin = proxyOrigin(settingsOf('proxy', { allow: [`${url}/public`] }), {}, egress)
    await expect(read(origin, `http://127.0.0.1:${port}/public/a.jpg`)).rejects.toMatchObject({
      code: 'origin/forbidden',
    })
    await server.close()
  })
})

describe('a folder of this machine', () => {
  let root = ''

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fovea-links-'))
    for (const folder of ['public', 'public123', 'elsewhere']) await mkdir(join(root, folder))
    await writeFile(join(root, 'public123', 'a.jpg'), 'sibling')
    await writeFile(join(root, 'elsewhere', 'a.jpg'), 'secret')
    await symlink(join(root, 'elsewhere'), join(root, 'public', 'link'))
    await symlink(join(root, 'elsewhere', 'a.jpg'), join(root, 'public', 'file.jpg'))
    await symlink(join(root, 'elsewhere'), join(root, 'outside'))
  })

  afterAll(() => rm(root, { recursive: true }))

  it.each(['../public123/a.jpg', '../elsewhere/a.jpg', 'link/a.jpg', 'file.jpg', '/etc/passwd', '.', ''])(
    'does not give out %j',
    async (path) => {
      const folder = join(root, 'public')
      const origin = folderOrigin(settingsOf('folder', { path: folder }), [folder])
      await expect(read(origin, path)).rejects.toMatchObject({ code: 'origin/not-found' })
    },
  )

  it('does not leave what the operator allows, not even by a link', async () => {
    const origin = folderOrigin(settingsOf('folder', { path: join(root, 'outside') }), [join(root, 'public')])
    await expect(read(origin, 'a.jpg')).rejects.toMatchObject({ code: 'origin/forbidden' })
  })
})
