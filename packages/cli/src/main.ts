#!/usr/bin/env node
/** Entry of the command `fovea`. */
import { runCli } from './cli.ts'

process.exitCode = await runCli(process.argv.slice(2))
