#!/usr/bin/env node
/**
 * Entry of the command `fovea`. Compiled code is kept between commands, for which starting is most of their work. Plain
 * JavaScript on purpose: Node loads its TypeScript compiler for a TypeScript file that it meets before that.
 */
import { mkdirSync } from 'node:fs'
import * as modules from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

// What follows is TypeScript, which older ones answer with a syntax error.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`fovea: needs Node 24 or newer; this is Node ${process.versions.node}\n`)
  process.exit(1)
}
try {
  // Not where everybody may write: what lies there is run.
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const directory = join(caches, 'fovea', 'compile-cache')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  modules.enableCompileCache(directory)
} catch {
  // Without a home that can be written, each command compiles for itself.
}
// `fovea ls | head` reads no further: that is the end, and nothing to explain. 128 + SIGPIPE, as shells report it.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(141)
  throw error
})
const { runCli } = await import('./cli.ts')
process.exitCode = await runCli(process.argv.slice(2))
