#!/usr/bin/env node
/**
 * Entry of the command `fovea`. Compiled code is kept between commands, for which starting is most of their work. Plain
 * JavaScript on purpose: Node loads its TypeScript compiler for a TypeScript file that it meets before that.
 */
import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

try {
  // Not where everybody may write: what lies there is run.
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const directory = join(caches, 'fovea', 'compile-cache')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  enableCompileCache(directory)
} catch {
  // Without a home that can be written, each command compiles for itself.
}
const { runCli } = await import('./cli.ts')
process.exitCode = await runCli(process.argv.slice(2))
