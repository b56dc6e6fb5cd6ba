/** The command line: one file per command, and one place where errors become sentences and exit codes. */
import { FoveaError } from '@fovea/client'
import { Problem } from '@fovea/core'
import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { completionCommand } from './completion.ts'
import { doctorCommand } from './doctor.ts'
import { exitCode, UsageError } from './exit-code.ts'
import { factsCommand } from './facts.ts'
import { modelsCommand } from './models.ts'
import { exportCommand } from './remote/export.ts'
import { lsCommand, rmCommand } from './remote/images.ts'
import { jobsCommand } from './remote/jobs.ts'
import { linksCommand } from './remote/links.ts'
import { loginCommand } from './remote/login.ts'
import { logoutCommand } from './remote/logout.ts'
import { keysCommand, presetsCommand, purgeCommand, usageCommand } from './remote/project.ts'
import { projectsCommand } from './remote/projects.ts'
import { serverMaker } from './remote/server-maker.ts'
import { uploadCommand } from './remote/upload.ts'
import { signCommand, urlCommand } from './remote/url.ts'
import { webhooksCommand } from './remote/webhooks.ts'
import { serveCommand } from './serve.ts'
import { transformCommand } from './transform/command.ts'
import { workerCommand } from './worker.ts'

const examples = `
Examples:
  $ fovea serve --port 8080 --data-dir /var/lib/fovea
  $ fovea doctor
  $ fovea transform photo.jpg -o small.webp --width 800
  $ fovea facts photo.jpg
  $ fovea upload ./pictures --to shop
  $ fovea url shop/shoe.jpg --width 800
  $ fovea transform pictures/ -o out/ --format avif --width 1600 --op grayscale
`

/** Runs one command; returns the exit code and never throws. */
export async function runCli(args: readonly string[]): Promise<number> {
  let code: number = exitCode.ok
  const finish = (result: number) => {
    code = result
  }
  const program = new Command('fovea')
    .description('Self-hosted image platform: every variant out of a URL or a pipeline.')
    .version(manifest.version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print this help')
    .addHelpText('after', examples)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows the commands and examples)')
    .exitOverride()
  for (const command of [
    serveCommand(finish),
    workerCommand(finish),
    doctorCommand(finish),
    transformCommand(finish, serverMaker),
    factsCommand(finish),
    modelsCommand(finish),
    loginCommand(finish),
    logoutCommand(finish),
    uploadCommand(finish),
    lsCommand(finish),
    rmCommand(finish),
    urlCommand(finish),
    signCommand(finish),
    linksCommand(finish),
    projectsCommand(finish),
    exportCommand(finish),
    usageCommand(finish),
    purgeCommand(finish),
    keysCommand(finish),
    presetsCommand(finish),
    jobsCommand(finish),
    webhooksCommand(finish),
    completionCommand(program, finish),
  ]) {
    program.addCommand(inheriting(program, command))
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    return explain(error)
  }
}

/** Commands of commands, too. */
function inheriting(parent: Command, command: Command): Command {
  for (const child of command.commands) inheriting(parent, child)
  return command.copyInheritedSettings(parent).exitOverride()
}

function explain(error: unknown): number {
  // commander has printed its complaint; asking for help or the version is no mistake
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  if (error instanceof UsageError) {
    process.stderr.write(`fovea: ${error.message}\n`)
    return exitCode.usage
  }
  const expected = error instanceof Problem || error instanceof FoveaError || isSystemError(error)
  const text =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)
  process.stderr.write(`fovea: ${text}\n`)
  return exitCode.failed
}

/** An error of the operating system (`ENOENT`, `EACCES` …): its message is a sentence already. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
