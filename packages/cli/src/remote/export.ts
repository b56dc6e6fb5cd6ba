/**
 * `fovea export`: everything the project holds, as one archive in a file.
 *
 * The server makes it in its own time. Who stops waiting loses nothing: the command takes up what is being made.
 */
import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { type Exports, FoveaError, type ProjectExport } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { interruptible } from '../interruptible.ts'
import { sizeText } from '../transform/report.ts'
import { connect, type RemoteFlags, remoteCommand } from './connect.ts'
import { saveArchive } from './export-archive.ts'
import { type Bar, laterBar } from './later-bar.ts'
import { print } from './print.ts'

interface ExportFlags extends RemoteFlags {
  readonly out?: string
}

const examples = `
The server keeps an archive for a week. Run again after an interruption, the command waits for the one that is being
made; with its id it fetches one that is done.

Examples:
  $ fovea export
  $ fovea export --out backup.zip --profile shop
`

export function exportCommand(finish: (code: number) => void): Command {
  return remoteCommand('export', 'Take along everything the project holds, as one archive')
    .argument('[id]', 'one that was begun before')
    .option('-o, --out <file>', 'where the archive goes (project and day, in this folder)')
    .addHelpText('after', examples)
    .action(async (id: string | undefined, flags: ExportFlags) => {
      const { out } = flags
      if (out !== undefined && (await isFolder(out))) throw new UsageError(`--out ${out} is a folder`)
      const { exports } = await connect(flags)
      const isShown = flags.json !== true && process.stderr.isTTY
      const making = laterBar(isShown, '{bar} {value}/{total} files in the archive')
      const fetching = laterBar(isShown, '{bar} {percentage} % fetched · {eta_formatted} left')
      const run = async (signal: AbortSignal) => {
        const begun = id ?? (await begin(exports, signal))
        if (flags.json !== true) process.stderr.write(`export ${begun}\n`)
        const made = await ended(exports, begun, { signal, bar: making })
        making.stop()
        const file = await saveArchive(made, { out, signal, bar: fetching })
        fetching.stop()
        const { files, size = 0 } = made
        print(flags, { id: begun, file, files, size }, [`${file}  ${files} files, ${sizeText(size)}`])
        return exitCode.ok
      }
      try {
        finish(await interruptible(run))
      } finally {
        for (const bar of [making, fetching]) bar.stop()
      }
    })
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}

/** Id of a new export, or of the one that is being made. */
async function begin(exports: Exports, signal: AbortSignal): Promise<string> {
  try {
    return (await exports.create({ signal })).id
  } catch (error) {
    const running =
      error instanceof FoveaError && error.status === 409 ? Object(error.body).export : undefined
    if (typeof running === 'string') return running
    throw error
  }
}

/** A server that is started anew is back before these are over. */
const mostFailures = 15
const betweenFailuresMs = 2_000

/** @throws FoveaError 404, or when the server has been away for too long */
async function ended(
  exports: Exports,
  id: string,
  { signal, bar }: { readonly signal: AbortSignal; readonly bar: Bar },
): Promise<ProjectExport> {
  let failures = 0
  const onProgress = ({ files, filesDone }: ProjectExport) => {
    failures = 0
    bar.show(filesDone, files)
  }
  for (;;) {
    try {
      return await exports.wait(id, { onProgress, signal })
    } catch (error) {
      const isAway = error instanceof FoveaError && (error.status === 0 || error.status >= 500)
      if (!isAway || failures >= mostFailures) throw error
      failures++
      await pause(betweenFailuresMs, undefined, { signal })
    }
  }
}
