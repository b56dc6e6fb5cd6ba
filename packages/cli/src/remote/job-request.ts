/** From the flags of `fovea jobs create` to the request. What its parts may say, the server knows. */
import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { NewJob } from '@fovea/client/jobs'
import { UsageError } from '../exit-code.ts'

/** What `fovea jobs create` is told. */
export interface JobFlags {
  readonly pipeline?: string
  readonly to?: string
  readonly prefix?: string
  readonly file?: string
  readonly name?: string
  readonly private?: boolean
}

/** @throws UsageError when it does not say which pictures, or the pipeline's file is no JSON */
export async function requestOf(names: readonly string[], flags: JobFlags): Promise<NewJob> {
  const { to, name } = flags
  const given = flags.pipeline === undefined ? {} : await pipelineOf(flags.pipeline)
  const visibility = flags.private === true ? 'private' : undefined
  return {
    ...(Array.isArray(given) ? { pipeline: given } : given),
    name,
    sources: await sourcesOf(names, flags),
    ...(to === undefined ? {} : { store: { path: to, visibility } }),
  }
}

/** The server reads it, and says by a pointer what is wrong in it. */
async function pipelineOf(path: string): Promise<object> {
  const text = await readFile(path, 'utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Told below.
  }
  throw new UsageError(`${path} is no JSON with operations`)
}

async function sourcesOf(names: readonly string[], { prefix, file }: JobFlags): Promise<NewJob['sources']> {
  if ([names.length > 0, prefix !== undefined, file !== undefined].filter(Boolean).length !== 1)
    throw new UsageError('say which pictures: paths or addresses, --prefix, or --file')
  if (prefix !== undefined) return { prefix }
  if (file !== undefined) return isAddress(file) ? { url: file } : openAsBlob(file)
  return { list: names.map((name) => (isAddress(name) ? { url: name } : { asset: name })) }
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text)
}
