/**
 * Structured logs: one JSON object a line on stdout, each with an `event`.
 *
 * Values that strangers choose only ever stand inside JSON strings, so line breaks and terminal codes in them are
 * escaped. Names that hold secrets are masked wherever they stand in the first two levels of an object.
 */
import { type DestinationStream, pino } from 'pino'
import { standardOutput } from './standard-output.ts'

export type LogFields = { readonly event: string } & Readonly<Record<string, unknown>>

export interface Log {
  error(fields: LogFields): void
  warn(fields: LogFields): void
  info(fields: LogFields): void
  debug(fields: LogFields): void
}

const secretNames = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'secretKey',
  'apiKey',
  'token',
  'sig',
  'signature',
  'set-cookie',
]
const bracketed = (name: string) => (/^\w+$/.test(name) ? name : `["${name}"]`)

/** Where lines go is given by tests; the process writes to stdout. */
export function createLog(level: string, destination: DestinationStream = standardOutput): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secretNames.flatMap((name) => [
        bracketed(name),
        `*${name === bracketed(name) ? '.' : ''}${bracketed(name)}`,
      ]),
      censor: '(hidden)',
    },
  }
  const logger = pino(options, destination)
  return {
    error: (fields) => logger.error(fields),
    warn: (fields) => logger.warn(fields),
    info: (fields) => logger.info(fields),
    debug: (fields) => logger.debug(fields),
  }
}

/** Fields that tell what went wrong, the chain of causes included, for the operator only. */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: String(error) }
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    error: error.message,
    ...(code === undefined ? {} : { errorCode: code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
  }
}
