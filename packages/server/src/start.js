/**
 * Switches the compile cache on, then starts the server. Plain JavaScript on purpose: the cache must be on before
 * the first TypeScript file is met, so that a later start neither strips types nor loads Node's code for it.
 */
import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

const directory = join(process.env.FOVEA_DATA_DIR || './data', 'compile-cache', 'server')
try {
  mkdirSync(directory, { recursive: true, mode: 0o711 })
  enableCompileCache(directory)
} catch {
  // A data directory that cannot be written is reported with a sentence by what needs it.
}
await import('./main.ts')
