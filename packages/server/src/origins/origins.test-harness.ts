/** Real servers behind the drivers, and a way out that may reach them. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsClient } from 'aws4fetch'
import { GuardedFetch } from '../egress/guarded-fetch.ts'
import { EgressPolicy } from '../egress/policy.ts'
import { originSchemas } from './settings.ts'

export const egress = new GuardedFetch({ policy: new EgressPolicy('127.0.0.1') })

/** A server's address with credentials in it, as `scripts/test.ts` hands it over. */
export interface Account {
  readonly endpoint: string
  readonly name: string
  readonly key: string
}

/** `undefined` where there is none; with `CI=true` that is an error. */
export function accountFrom(variable: string): Account | undefined {
  const text = process.env[variable]
  if (text === undefined) {
    if (process.env.CI === 'true') throw new Error(`CI needs ${variable}`)
    return undefined
  }
  const url = new URL(text)
  return {
    endpoint: url.origin,
    name: decodeURIComponent(url.username),
    key: decodeURIComponent(url.password),
  }
}

export function settingsOf<K extends keyof typeof originSchemas>(kind: K, settings: object) {
  return originSchemas[kind].settings.parse(settings) as ReturnType<
    (typeof originSchemas)[K]['settings']['parse']
  >
}

export class Bucket {
  readonly #client: AwsClient
  readonly #base: string

  constructor({ endpoint, name, key }: Account, bucket: string) {
    this.#client = new AwsClient({
      accessKeyId: name,
      secretAccessKey: key,
      service: 's3',
      region: 'us-east-1',
    })
    this.#base = `${endpoint}/${bucket}`
  }

  async create(): Promise<void> {
    await this.#put(this.#base, new Uint8Array())
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.#put(`${this.#base}/${encode(path)}`, bytes)
  }

  async #put(url: string, bytes: Uint8Array): Promise<void> {
    const response = await this.#client.fetch(url, { method: 'PUT', body: Buffer.from(bytes) })
    // 409: an earlier run on the same server has made it
    if (!response.ok && response.status !== 409)
      throw new Error(`${response.status} ${await response.text()}`)
  }
}

/** Blobs of Azurite, written with a signature worked out here, apart from the driver's own. */
export class Container {
  readonly #account: Account
  readonly #name: string

  constructor(account: Account, name: string) {
    this.#account = account
    this.#name = name
  }

  get endpoint(): string {
    return `${this.#account.endpoint}/${this.#account.name}`
  }

  async create(): Promise<void> {
    await this.#send(`/${this.#name}`, '?restype=container', new Uint8Array(), {})
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.#send(`/${this.#name}/${encode(path)}`, '', bytes, { 'x-ms-blob-type': 'BlockBlob' })
  }

  async #send(path: string, query: string, bytes: Uint8Array, more: Record<string, string>): Promise<void> {
    const { name, key } = this.#account
    const headers: Record<string, string> = {
      ...more,
      'x-ms-date': new Date().toUTCString(),
      'x-ms-version': '2023-11-03',
    }
    const lines = Object.keys(headers)
      .sort()
      .map((header) => `${header}:${headers[header]}\n`)
    const length = bytes.length === 0 ? '' : String(bytes.length)
    const parameters = query === '' ? '' : '\nrestype:container'
    const text = `PUT\n\n\n${length}\n\n\n\n\n\n\n\n\n${lines.join('')}/${name}/${name}${path}${parameters}`
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')
    const response = await fetch(`${this.endpoint}${path}${query}`, {
      method: 'PUT',
      body: Buffer.from(bytes),
      headers: { ...headers, authorization: `SharedKey ${name}:${signature}` },
    })
    // 409: an earlier run on the same server has made it
    if (!response.ok && response.status !== 409)
      throw new Error(`${response.status} ${await response.text()}`)
  }
}

/** A web server with `ETag` and conditional requests over files in memory. */
export class WebServer {
  readonly files = new Map<string, Uint8Array>()
  readonly requests: IncomingMessage[] = []
  readonly #server: Server
  /** Set to look at requests first; true when it has answered. */
  gate: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** Set to answer in another way. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined

  constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push(request)
      if (this.gate?.(request, response) === true) return
      if (this.answer === undefined) this.#serve(request, response)
      else this.answer(request, response)
    })
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    const path = pathname.slice(1).split('/').map(decodeURIComponent).join('/')
    const bytes = this.files.get(path)
    if (bytes === undefined) {
      response.writeHead(404).end('none')
      return
    }
    const etag = `"${createHmac('sha256', 'etag').update(bytes).digest('hex').slice(0, 16)}"`
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
    else response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes)
  }
}

function encode(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/')
}
