/** One server process from configuration to exit code. */
import type { EnginePool } from '@fovea/engine/pool'
import { type Config, ConfigError, readConfig } from './config.ts'
import { DatabaseStartError } from './db/database.ts'
import { openDatabaseThread } from './db/open-thread.ts'
import { startPool } from './engine-pool.ts'
import { type WorkWatch, watchBackground } from './foreground.ts'
import { ListenError } from './http/listen-error.ts'
import { createLog, errorFields, type Log } from './observe/index.ts'
import { StorageStartError } from './storage/driver.ts'

/** Exit codes: 0 after a signal, 1 for a failure, 78 (EX_CONFIG of sysexits.h) for a wrong setting. */
const exitConfig = 78
/** Whose message is for the operator's terminal. */
const startErrors = [ConfigError, DatabaseStartError, StorageStartError, ListenError] as const

interface Started {
  readonly log: Log
  readonly pool: EnginePool
  readonly onBackgroundWork: WorkWatch
  readonly opening: ReturnType<typeof openDatabaseThread>
}

/** Resolves with the exit code once the process was told to stop and everything has come to rest. */
export async function runServer(environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  try {
    const config = readConfig(environment)
    const log = createLog(config.FOVEA_LOG_LEVEL)
    for (const warning of config.warnings) log.warn({ event: 'config.warning', warning })
    const opening = openDatabaseThread(config)
    const onBackgroundWork = watchBackground(config, log)
    const pool = startPool({ config, log, onBackgroundWork })
    try {
      await serve(config, { log, pool, onBackgroundWork, opening })
    } finally {
      await pool.close()
    }
    log.info({ event: 'server.stopped' })
    return 0
  } catch (error) {
    if (startErrors.some((kind) => error instanceof kind)) {
      process.stderr.write(`${(error as Error).message}\n`)
      return exitConfig
    }
    process.stderr.write(`The server could not run: ${JSON.stringify(errorFields(error), null, 2)}\n`)
    return 1
  }
}

/** Runs until a signal comes. The rest of the server is imported here, while the database thread and the first child start. */
async function serve(config: Config, started: Started): Promise<void> {
  const { log } = started
  // Heard from the first moment: who is told to stop while it starts stops when it has.
  const stopping = stopSignal()
  const [{ createApp }, { startRoles }] = await Promise.all([import('./app.ts'), import('./roles/index.ts')])
  const app = await createApp(config, started)
  try {
    const roles = await startRoles(app)
    const signal = await stopping
    log.info({ event: 'server.stopping', signal })
    await roles.stop()
  } finally {
    await app.close()
  }
}

/** The first signal stops gracefully; a second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130))
        resolve(signal)
      })
    }
  })
}
