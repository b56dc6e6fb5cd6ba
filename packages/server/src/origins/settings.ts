/** What may be said about an origin, kind by kind: settings that people read back, and credentials that they do not. */
import * as z from 'zod'
import { parseRemoteUrl } from '../egress/index.ts'
import { serviceAccountKey } from './service-account-key.ts'

const MiB = 1024 * 1024

/** Of every kind. */
const common = {
  timeoutMs: z.int().min(100).max(60_000).default(10_000).describe('Time for one file, ms'),
  maxBytes: z
    .int()
    .min(1)
    .max(2_048 * MiB)
    .default(500 * MiB)
    .describe('Largest file, bytes'),
  cacheTtlSeconds: z
    .int()
    .min(0)
    .max(365 * 86_400)
    .nullable()
    .default(null)
    .describe('How long a file is used without asking again; null = as the origin says'),
  fallback: z
    .string()
    .min(1)
    .max(1_024)
    .nullable()
    .default(null)
    .describe('Uploaded image that is shown when the origin has none'),
}

const remoteUrl = z
  .string()
  .max(2_048)
  .refine((text) => isRemoteUrl(text), 'must be an http or https URL without user name and query')
const prefix = z
  .string()
  .max(1_024)
  .regex(/^(?!\/)/, 'must not start with a slash')
  .default('')
  .describe('Put in front of every path')
const bucket = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9._-]+$/, 'may hold letters, digits, ".", "_" and "-"')

const region = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9-]+$/, 'must be a region name')

const writable = z.boolean().default(false).describe('Whether results may be written here')

/** Sent with every request; written once, never shown again. */
const headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be a header name')
      .refine((name) => !reservedHeaders.has(name.toLowerCase()), 'is set by this server itself'),
    z
      .string()
      .max(4_096)
      .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII'),
  )
  .refine((all) => Object.keys(all).length <= 20, 'at most 20 headers')
  .optional()

const reservedHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-authorization',
  'proxy-connection',
  'accept-encoding',
  'cookie',
])

const awsCredentials = z.strictObject({
  accessKeyId: z.string().min(1).max(256),
  secretAccessKey: z.string().min(1).max(1_024),
  sessionToken: z.string().min(1).max(4_096).optional(),
})

export const originSchemas = {
  web: {
    settings: z.strictObject({
      ...common,
      baseUrl: remoteUrl.describe('Paths are appended to it'),
      keyQuery: z
        .array(z.string().min(1).max(100))
        .max(20)
        .default([])
        .describe('Parameters of a request that are passed on and tell pictures apart'),
    }),
    credentials: z.strictObject({ headers }),
  },
  proxy: {
    settings: z.strictObject({
      ...common,
      allow: z
        .array(
          z
            .string()
            .min(1)
            .max(2_048)
            .refine(isPattern, 'must be a host, "*.host", or an http(s) URL prefix'),
        )
        .max(200)
        .describe('Hosts (with their subdomains as *.host) and URL prefixes that may be named; empty = none'),
      allowAny: z.boolean().default(false).describe('Any public address may be named'),
    }),
    credentials: z.strictObject({ headers }),
  },
  s3: {
    settings: z.strictObject({
      ...common,
      endpoint: remoteUrl.nullable().default(null).describe('null = Amazon S3 in the region'),
      region: region.default('us-east-1'),
      bucket,
      prefix,
      writable,
      pathStyle: z.boolean().default(true).describe('Bucket in the path instead of the host name'),
    }),
    credentials: awsCredentials.partial({ accessKeyId: true, secretAccessKey: true }),
  },
  gcs: {
    settings: z.strictObject({
      ...common,
      endpoint: remoteUrl.default('https://storage.googleapis.com'),
      region: region.default('auto'),
      bucket,
      prefix,
    }),
    credentials: awsCredentials
      .omit({ sessionToken: true })
      .partial()
      .extend({ serviceAccount: serviceAccountKey.optional().describe('Key file of a service account') })
      .refine(
        ({ accessKeyId, serviceAccount }) => accessKeyId === undefined || serviceAccount === undefined,
        {
          path: ['serviceAccount'],
          error: 'cannot stand beside interoperability keys',
        },
      ),
  },
  azure: {
    settings: z.strictObject({
      ...common,
      account: z
        .string()
        .min(3)
        .max(64)
        .regex(/^[a-z0-9-]+$/, 'must be a storage account name'),
      container: bucket,
      prefix,
      writable,
      endpoint: remoteUrl.nullable().default(null).describe('null = the account at blob.core.windows.net'),
    }),
    credentials: z.strictObject({
      accountKey: z.base64().max(1_024).optional(),
      sasToken: z
        .string()
        .max(4_096)
        .regex(/^[\x21-\x7e]*$/, 'must be printable ASCII')
        .optional(),
    }),
  },
  folder: {
    settings: z.strictObject({
      ...common,
      path: z.string().min(1).max(4_096).startsWith('/', 'must be an absolute path'),
    }),
    credentials: z.strictObject({}),
  },
} as const

export type OriginKind = keyof typeof originSchemas
export type OriginSettings<K extends OriginKind> = z.output<(typeof originSchemas)[K]['settings']>
export type OriginCredentials<K extends OriginKind> = z.output<(typeof originSchemas)[K]['credentials']>

export const originKinds = Object.keys(originSchemas) as readonly OriginKind[]

function isRemoteUrl(text: string): boolean {
  try {
    const url = parseRemoteUrl(text)
    return url.search === '' && url.hash === ''
  } catch {
    return false
  }
}

function isPattern(pattern: string): boolean {
  if (/^https?:/i.test(pattern)) return isRemoteUrl(pattern)
  const host = pattern.startsWith('*.') ? pattern.slice(2) : pattern
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/i.test(host)
}
