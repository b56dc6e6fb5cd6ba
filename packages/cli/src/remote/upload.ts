/**
 * `fovea upload`: files, globs and whole folders. What the server has already is skipped, so an upload that was cut
 * short is taken up by running it again.
 */
import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { sep } from 'node:path'
import { FoveaError, type Images } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { wholeNumber } from '../number.ts'
import { findInputs, type Input } from '../transform/inputs.ts'
import { connect, type RemoteFlags, remoteCommand } from './connect.ts'
import { everyImage } from './every-image.ts'
import { type UploadReport, uploadReporter } from './upload-report.ts'

interface UploadFlags extends RemoteFlags {
  readonly to: string
  readonly private?: boolean
  readonly concurrency?: string
  readonly quiet?: boolean
}

const examples = `
Folders keep their structure. A file is skipped when its key holds the same bytes already.

Examples:
  $ fovea upload photo.jpg --to blog
  $ fovea upload ./pictures --to shop/2026 --private
`

export function uploadCommand(finish: (code: number) => void): Command {
  return remoteCommand('upload', 'Store pictures on a server; whole folders, too')
    .argument('<files...>', 'files, folders or globs')
    .option('--to <folder>', 'folder of the project', '')
    .option('--private', 'serve them only with a signature')
    .option('--concurrency <n>', 'uploads at once', '4')
    .option('--quiet', 'print nothing but failures')
    .addHelpText('after', examples)
    .action(async (files: readonly string[], flags: UploadFlags) => {
      const inputs = await findInputs(files)
      const concurrency = wholeNumber('--concurrency', flags.concurrency, 1, 64) ?? 4
      const { images } = await connect(flags)
      const folder = flags.to.replace(/^\/+|\/+$/g, '')
      const keys = keysOf(inputs, folder)
      const stored = await idsBelow(images, folder)
      const reporter = uploadReporter(
        flags.json === true ? 'json' : flags.quiet === true ? 'errors' : 'lines',
        inputs.length,
      )
      const rest = [...keys]
      const worker = async () => {
        for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
          const [key, input] = next
          reporter.file(await uploadOne(images, { key, path: input.path, storedId: stored.get(key) }, flags))
        }
      }
      try {
        await Promise.all(Array.from({ length: Math.min(concurrency, rest.length) }, worker))
      } finally {
        reporter.end()
      }
      finish(reporter.failures > 0 ? exitCode.failed : exitCode.ok)
    })
}

/** Key → file. @throws UsageError when two files would have one key */
function keysOf(inputs: readonly Input[], folder: string): ReadonlyMap<string, Input> {
  const keys = new Map<string, Input>()
  for (const input of inputs) {
    const place = input.place.split(sep).join('/').normalize('NFC')
    const key = folder === '' ? place : `${folder}/${place}`
    const other = keys.get(key)
    if (other !== undefined) throw new UsageError(`${other.path} and ${input.path} would both be ${key}`)
    keys.set(key, input)
  }
  return keys
}

async function idsBelow(images: Images, folder: string): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  for await (const { key, id } of everyImage(images, folder === '' ? '' : `${folder}/`)) ids.set(key, id)
  return ids
}

interface Upload {
  readonly key: string
  readonly path: string
  /** First 16 hex digits of the SHA-256 of what the key holds. */
  readonly storedId: string | undefined
}

async function uploadOne(
  images: Images,
  { key, path, storedId }: Upload,
  flags: UploadFlags,
): Promise<UploadReport> {
  try {
    const { size: bytes } = await stat(path)
    if (storedId !== undefined && (await idOf(path)) === storedId)
      return { path, key, bytes, state: 'skipped' }
    const visibility = flags.private === true ? 'private' : undefined
    const stored = await images.upload(await openAsBlob(path), key, { visibility })
    return { path, key: stored.key, bytes, state: 'stored' }
  } catch (error) {
    if (error instanceof FoveaError || (error instanceof Error && 'code' in error))
      return { path, key, bytes: 0, state: 'failed', error: error.message }
    throw error
  }
}

/** The id that the server gives these bytes. */
async function idOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
  return hash.digest('hex').slice(0, 16)
}
