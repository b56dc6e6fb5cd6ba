/**
 * `fovea upload`: files, globs and whole folders. What the server has already is skipped, so an upload that was cut
 * short is taken up by running it again.
 */
import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { FoveaError, type Images, type ListedImage } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode } from '../exit-code.ts'
import { interruptible } from '../interruptible.ts'
import { wholeNumber } from '../number.ts'
import { sentenceOf } from '../sentence.ts'
import { findInputs } from '../transform/inputs.ts'
import { connector, type RemoteFlags, remoteCommand } from './connect.ts'
import { fileFetch, sendBuffer } from './file-fetch.ts'
import { keysOf, storedAt } from './upload-keys.ts'
import { type UploadReport, uploadReporter } from './upload-report.ts'

interface UploadFlags extends RemoteFlags {
  readonly to: string
  readonly private?: boolean
  readonly concurrency?: string
  readonly quiet?: boolean
}

const examples = `
Folders keep their structure. A file is skipped when its key holds the same bytes already; --private then makes the
image private where it lies.

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
      const client = await connector(flags)
      const keys = keysOf(inputs, flags.to)
      const stored = await storedAt(client().images, [...keys.keys()])
      const rest = await Promise.all(
        [...keys].map(async ([key, { path }]) => ({
          ...{ key, path, stored: stored.at(key), isPrivate: flags.private === true },
          // A file that has gone meanwhile fails when its turn comes.
          bytes: (await stat(path).catch(() => ({ size: 0 }))).size,
        })),
      )
      const kind = flags.json === true ? 'json' : flags.quiet === true ? 'errors' : 'lines'
      const reporter = uploadReporter(kind, rest)
      const worker = async (signal: AbortSignal) => {
        const buffer = sendBuffer()
        for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
          const { images } = client({
            fetch: fileFetch(next.path, buffer, reporter.watch(next.path, next.bytes)),
          })
          const report = await uploadOne(images, next, signal)
          if (signal.aborted) return
          reporter.file(report)
        }
      }
      const run = async (signal: AbortSignal) => {
        const workers = Math.min(concurrency, rest.length)
        await Promise.all(Array.from({ length: workers }, () => worker(signal)))
        return reporter.failures > 0 ? exitCode.failed : exitCode.ok
      }
      try {
        finish(await interruptible(run))
      } finally {
        reporter.end()
      }
    })
}

interface Upload {
  readonly key: string
  readonly path: string
  readonly bytes: number
  /** What the key holds. */
  readonly stored: ListedImage | undefined
  readonly isPrivate: boolean
}

async function uploadOne(
  images: Images,
  { key, path, bytes, stored, isPrivate }: Upload,
  signal: AbortSignal,
): Promise<UploadReport> {
  try {
    if (stored?.size === bytes && (await idOf(path)) === stored.id) {
      const there = { path, key: stored.key, bytes }
      if (!isPrivate || stored.visibility === 'private') return { ...there, state: 'skipped' }
      await images.update(stored.id, { visibility: 'private' })
      return { ...there, state: 'hidden' }
    }
    const made = await images.upload(await openAsBlob(path), key, {
      visibility: isPrivate ? 'private' : undefined,
      signal,
    })
    return { path, key: made.key, bytes, state: 'stored' }
  } catch (error) {
    if (error instanceof FoveaError || (error instanceof Error && 'code' in error))
      return { path, key, bytes, state: 'failed', error: sentenceOf(error) }
    throw error
  }
}

/** The id that the server gives these bytes. */
async function idOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
  return hash.digest('hex').slice(0, 16)
}
