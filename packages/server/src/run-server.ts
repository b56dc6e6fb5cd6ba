/** One server process from configuration to exit code. */
import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { DatabaseStartError } from './db/index.ts'
import { errorFields } from './observe/index.ts'
import { startRoles } from './roles/index.ts'

/** Exit codes: 0 after a signal, 1 for a failure, 78 (EX_CONFIG of sysexits.h) for a wrong setting. */
const exitConfig = 78

/** Resolves with the exit code once the process was told to stop and everything has come to rest. */
export async function runServer(environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  try {
    const config = readConfig(environment)
    const app = await createApp(config)
    for (const warning of config.warnings) app.log.warn({ event: 'config.warning', warning })
    try {
      const roles = await startRoles(app)
      const signal = await stopSignal()
      app.log.info({ event: 'server.stopping', signal })
      await roles.stop()
    } finally {
      await app.close()
    }
    app.log.info({ event: 'server.stopped' })
    return 0
  } catch (error) {
    if (error instanceof ConfigError || error instanceof DatabaseStartError) {
      process.stderr.write(`${error.message}\n`)
      return exitConfig
    }
    process.stderr.write(`The server could not run: ${JSON.stringify(errorFields(error), null, 2)}\n`)
    return 1
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
