/** A bucket of the S3 server that the tests run against, and what lies in it. */
import { randomBytes } from 'node:crypto'
import { AwsClient } from 'aws4fetch'

const address = process.env.FOVEA_TEST_S3_URL
if (address === undefined && process.env.CI === 'true') throw new Error('CI needs FOVEA_TEST_S3_URL')

export const mayUseBuckets = address !== undefined

export interface TestBucket {
  /** Setting of a server that keeps originals there and lets browsers post to it. */
  readonly storageUrl: string
  /** An origin that may be written to, as `POST /api/v1/origins` wants it. */
  readonly origin: { readonly kind: 's3'; readonly settings: object; readonly credentials: object }
  /** Keys of all objects. */
  keys(): Promise<readonly string[]>
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Of an object that is there. */
  bytes(key: string): Promise<Buffer>
}

export async function newBucket(): Promise<TestBucket> {
  const { username, password, origin } = new URL(address ?? '')
  const credentials = {
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
  }
  const client = new AwsClient({ ...credentials, service: 's3', region: 'us-east-1' })
  const name = `fovea-${randomBytes(6).toString('hex')}`
  const base = `${origin}/${name}`
  const ask = async (method: string, query = '') => {
    const response = await client.fetch(base + query, { method })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${base}${query}: ${response.status} ${text}`)
    return text
  }
  await ask('PUT')
  return {
    storageUrl: `s3://${username}:${password}@${name}/originals?endpoint=${origin}&direct=true`,
    origin: { kind: 's3', settings: { endpoint: origin, bucket: name, writable: true }, credentials },
    async put(key, bytes) {
      const response = await client.fetch(`${base}/${key}`, { method: 'PUT', body: Buffer.from(bytes) })
      if (!response.ok) throw new Error(`${key}: ${response.status}`)
    },
    async bytes(key) {
      const response = await client.fetch(`${base}/${key}`)
      if (!response.ok) throw new Error(`${key}: ${response.status}`)
      return Buffer.from(await response.arrayBuffer())
    },
    async keys() {
      const keys: string[] = []
      for (let isMore = true; isMore; ) {
        const after = keys.at(-1) ?? ''
        const text = await ask('GET', `?list-type=2&start-after=${encodeURIComponent(after)}`)
        keys.push(...[...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key))
        isMore = text.includes('<IsTruncated>true<')
      }
      return keys
    },
  }
}
