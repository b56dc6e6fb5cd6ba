/**
 * `fovea backup`: copies this installation into a folder, with the settings the server would have. A program of its own;
 * a server may run meanwhile. Exit code 1 when originals are missing or damaged, 78 for a wrong setting.
 */
import { parseArgs } from 'node:util'
import { type BackupReport, backUp } from './backup/index.ts'
import { ConfigError, readConfig } from './config.ts'
import { sizeText } from './observe/size-text.ts'
import { StorageStartError } from './storage/driver.ts'

const exitConfig = 78

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    verify: { type: 'boolean', default: false },
    'without-database': { type: 'boolean', default: false },
  },
})
process.exitCode = await main(positionals[0] ?? '')

async function main(folder: string): Promise<number> {
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
  try {
    const report = await backUp({
      config: readConfig(process.env),
      folder,
      withoutDatabase: values['without-database'],
      isVerifying: values.verify,
      signal: stopped.signal,
      // The command line draws it.
      onProgress: (done, total) => process.send?.({ done, total }),
    })
    console.log(values.json ? JSON.stringify(report, undefined, 2) : textOf(report))
    return report.missing.length + report.damaged.length > 0 ? 1 : 0
  } catch (error) {
    if (stopped.signal.aborted) return 130
    if (!(error instanceof ConfigError || error instanceof StorageStartError)) throw error
    console.error(error.message)
    return exitConfig
  } finally {
    if (process.connected) process.disconnect()
  }
}

function textOf({ folder, objects, bytes, copied, copiedBytes, removed, ...found }: BackupReport): string {
  return [
    `${folder}  ${objects} objects, ${sizeText(bytes)}; copied ${copied}, ${sizeText(copiedBytes)}; removed ${removed}`,
    ...(['missing', 'damaged', 'mended'] as const).flatMap((what) =>
      found[what].map((key) => `${what}  ${key}`),
    ),
  ].join('\n')
}
