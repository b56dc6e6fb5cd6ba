/**
 * Entry: reads the configuration, builds the app, starts the roles, stops them in reverse on SIGTERM or SIGINT.
 *
 * Everything is imported after the compile cache is on: stripped and compiled modules are kept in the data
 * directory, so a second start reads them instead of doing that again.
 */
import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

const dataDir = process.env.FOVEA_DATA_DIR || './data'
try {
  mkdirSync(join(dataDir, 'compile-cache'), { recursive: true, mode: 0o711 })
  enableCompileCache(join(dataDir, 'compile-cache'))
} catch {
  // A directory that cannot be written is reported with a sentence by what needs it.
}

const { runServer } = await import('./run-server.ts')
process.exitCode = await runServer(process.env)
