/** `fovea backup`: runs the server's own copying, with the same settings the server would have. */
import { Command } from 'commander'
import { laterBar } from './remote/later-bar.ts'
import { runServerProgram, type ServerFlags } from './server-process.ts'

const examples = `
The folder is a data directory: "fovea serve --data-dir" on a copy of it is the installation as it was. A server may
run meanwhile. Run again, only what is new is copied, and what was deleted goes from the folder too.

Exit code 0 when all is there, 1 when originals are missing or damaged, 78 for a wrong setting.

Examples:
  $ fovea backup /mnt/backup/fovea
  $ fovea backup ./copy --data-dir /var/lib/fovea --verify
  $ pg_dump "$FOVEA_DATABASE_URL" > fovea.sql && fovea backup ./copy --without-database
`

interface BackupFlags extends ServerFlags {
  readonly json?: boolean
  readonly verify?: boolean
  readonly withoutDatabase?: boolean
}

interface Progress {
  readonly done: number
  readonly total: number
}

export function backupCommand(finish: (code: number) => void): Command {
  return new Command('backup')
    .description('Copy this installation into a folder: database, originals and key')
    .argument('<folder>', 'where the copy is, or is to be made')
    .option('-d, --data-dir <folder>', 'data directory to copy (FOVEA_DATA_DIR)')
    .option('--database-url <url>', 'database to copy (FOVEA_DATABASE_URL)')
    .option('--without-database', 'originals and key only: PostgreSQL is copied by pg_dump')
    .option('--verify', 'read what the folder has already, and copy again what is damaged')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(async (folder: string, { json, verify, withoutDatabase, ...flags }: BackupFlags) => {
      const args = [
        folder,
        ...(json === true ? ['--json'] : []),
        ...(verify === true ? ['--verify'] : []),
        ...(withoutDatabase === true ? ['--without-database'] : []),
      ]
      const bar = laterBar(
        json !== true && process.stderr.isTTY,
        '{bar} {value}/{total} · {eta_formatted} left',
      )
      const onMessage = (message: unknown) => {
        const { done, total } = message as Progress
        bar.show(done, total)
        // Before the report comes.
        if (done === total) bar.stop()
      }
      try {
        finish(await runServerProgram('@fovea/server/backup', args, flags, onMessage))
      } finally {
        bar.stop()
      }
    })
}
