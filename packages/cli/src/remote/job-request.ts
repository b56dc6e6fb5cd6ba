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
  readonly manifest?: string
  readonly name?: string
  readonly private?: boolean
  readonly origin?: string
  readonly overwrite?: boolean
}

/** @throws UsageError when it does not say which pictures, or the pipeline's file is no JSON */
export async function requestOf(names: readonly string[], flags: JobFlags): Promise<NewJob> {
  const { name } = flags
  const given = flags.pipeline === undefined ? {} : await pipelineOf(flags.pipeline)
  return {
    ...(Array.isArray(given) ? { pipeline: given } : given),
    name,
    sources: await sourcesOf(names, flags),
    store: storeOf(flags),
  }
}

/** @throws UsageError for flags that do not go together */
function storeOf({ to, origin, overwrite, private: isPrivate }: JobFlags): NewJob['store'] {
  if (origin === undefined) {
    if (overwrite === true) throw new UsageError('--overwrite goes with --origin: images get versions')
    const visibility = isPrivate === true ? 'private' : undefined
    return to === undefined ? undefined : { path: to, visibility }
  }
  if (to === undefined) throw new UsageError('--origin needs --to: where in the bucket results go')
  if (isPrivate === true) throw new UsageError('--private is about images, not about objects in a bucket')
  return { path: to, origin, overwrite }
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

async function sourcesOf(
  names: readonly string[],
  { prefix, file, manifest }: JobFlags,
): Promise<NewJob['sources']> {
  const said = [prefix, file, manifest, names[0]].filter((flag) => flag !== undefined)
  if (said.length !== 1)
    throw new UsageError('say which pictures: paths or addresses, --prefix, --file, or --manifest')
  if (prefix !== undefined) return { prefix }
  if (manifest !== undefined) return placeOf(manifest)
  if (file !== undefined) return isAddress(file) ? { url: file } : openAsBlob(file)
  return { list: names.map((name) => (isAddress(name) ? { url: name } : { asset: name })) }
}

/** `shop/lists/today.csv`: names of origins have no slash. */
function placeOf(manifest: string): { readonly origin: string; readonly path: string } {
  const [, origin, path] = /^([^/]+)\/(.+)$/.exec(manifest) ?? []
  if (origin !== undefined && path !== undefined) return { origin, path }
  throw new UsageError(
    `--manifest must be an origin and a path in it, such as shop/lists/today.csv, not ${JSON.stringify(manifest)}`,
  )
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text)
}
