/** A bucket behind a server that gives tokens to whoever signs for one, and pictures to whoever has a token. */
import { createVerify, generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { originContract, read } from './contract.test-suite.ts'
import { gcsOrigin } from './gcs.ts'
import { egress, settingsOf, WebServer } from './origins.test-harness.ts'
import { originSchemas } from './settings.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Google's two servers in one: `/token`, and objects for those who show a token. */
class Google extends WebServer {
  tokens = 0
  claims: Record<string, unknown> = {}
  /** What is said about a token beside itself. */
  lifetime: object = { expires_in: 3_600 }
  refuses = false
  url = ''
  readonly #good = new Set<string>()

  override async open(): Promise<string> {
    this.gate = (request, response) => {
      if (request.url === '/token') void this.#give(request, response)
      else if (this.#good.has(request.headers.authorization ?? '')) return false
      else response.writeHead(401).end()
      return true
    }
    this.url = await super.open()
    return this.url
  }

  /** No token holds any more. */
  withdraw(): void {
    this.#good.clear()
  }

  async #give(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
    const isSigned = createVerify('RSA-SHA256')
      .update(`${header}.${claims}`)
      .verify(publicKey, Buffer.from(signature, 'base64url'))
    if (this.refuses || !isSigned || form.get('grant_type')?.endsWith(':jwt-bearer') !== true) {
      response.writeHead(400).end('{"error":"invalid_grant","error_description":"who are you"}')
      return
    }
    this.claims = {
      ...JSON.parse(Buffer.from(header, 'base64url').toString()),
      ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
    }
    const token = `token-${++this.tokens}`
    this.#good.add(`Bearer ${token}`)
    response.end(JSON.stringify({ access_token: token, ...this.lifetime }))
  }
}

const keyFile = (url: string) => ({
  type: 'service_account',
  project_id: 'shop-1',
  client_email: 'reader@shop-1.iam.gserviceaccount.com',
  private_key_id: 'abc',
  private_key: pem,
  token_uri: `${url}/token`,
})
const { credentials: schema } = originSchemas.gcs

function bucket(url: string, more: object = {}) {
  const settings = settingsOf('gcs', { endpoint: url, bucket: 'pictures', prefix: 'shop/', ...more })
  return gcsOrigin(settings, schema.parse({ serviceAccount: keyFile(url) }), egress)
}

originContract('a bucket with a service account', async () => {
  const server = new Google()
  const url = await server.open()
  return {
    origin: bucket(url),
    small: bucket(url, { maxBytes: 1_000 }),
    put: async (path, bytes) => void server.files.set(`pictures/shop/${path}`, bytes),
    close: () => server.close(),
  }
})

describe('a service account', () => {
  let server: Google
  beforeEach(async () => {
    server = new Google()
    await server.open()
    server.files.set('pictures/shop/a.jpg', Buffer.from('a'))
  })
  afterEach(() => server.close())

  it('signs for a token that may read, and uses it for all that asks at once and after', async () => {
    const origin = bucket(server.url)
    await Promise.all([read(origin, 'a.jpg'), read(origin, 'a.jpg')])
    await read(origin, 'a.jpg')
    expect(server.tokens).toBe(1)
    const now = Date.now() / 1000
    expect(server.claims).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: 'abc',
      iss: 'reader@shop-1.iam.gserviceaccount.com',
      scope: 'https://www.googleapis.com/auth/devstorage.read_only',
      aud: `${server.url}/token`,
      iat: expect.closeTo(now, -2),
      exp: (server.claims.iat as number) + 3_600,
    })
  })

  it('asks for another when one is about to end', async () => {
    server.lifetime = { expires_in: 59 }
    const origin = bucket(server.url)
    await read(origin, 'a.jpg')
    await read(origin, 'a.jpg')
    expect(server.tokens).toBe(2)
  })

  it('asks for another when one was refused', async () => {
    const origin = bucket(server.url)
    await read(origin, 'a.jpg')
    server.withdraw()
    await expect(read(origin, 'a.jpg')).rejects.toMatchObject({ code: 'origin/refused' })
    expect((await read(origin, 'a.jpg')).kind).toBe('found')
  })

  it('says why it was given none, and tries again', async () => {
    server.refuses = true
    const origin = bucket(server.url)
    await expect(read(origin, 'a.jpg')).rejects.toMatchObject({
      code: 'origin/refused',
      message: expect.stringContaining('invalid_grant'),
    })
    server.refuses = false
    expect((await read(origin, 'a.jpg')).kind).toBe('found')
  })

  it('goes nowhere that the guarded fetch does not go', async () => {
    const away = { ...keyFile(server.url), token_uri: 'https://169.254.169.254/token' }
    const settings = settingsOf('gcs', { endpoint: server.url, bucket: 'pictures' })
    const origin = gcsOrigin(settings, schema.parse({ serviceAccount: away }), egress)
    await expect(read(origin, 'a.jpg')).rejects.toMatchObject({ code: 'origin/forbidden' })
  })

  it.each([
    ['another type', { type: 'authorized_user' }],
    ['no key', { private_key: 'key' }],
    ['a short key', { private_key: shortKey() }],
    ['a key of another kind', { private_key: curveKey() }],
    ['no address', { client_email: 'reader' }],
    ['a strange token server', { token_uri: 'file:///etc/passwd' }],
  ])('is refused with %s', (_, change) => {
    const serviceAccount = { ...keyFile('https://a.test'), ...change }
    expect(schema.safeParse({ serviceAccount }).success).toBe(false)
  })

  it('does not stand beside interoperability keys', () => {
    const both = { serviceAccount: keyFile('https://a.test'), accessKeyId: 'a', secretAccessKey: 'b' }
    expect(schema.safeParse(both).success).toBe(false)
  })
})

function shortKey(): string {
  const pair = generateKeyPairSync('rsa', { modulusLength: 1_024 })
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function curveKey(): string {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
