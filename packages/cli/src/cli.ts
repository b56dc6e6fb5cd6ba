/** The command line: one file per command, and one place where errors become sentences and exit codes. */
import { FoveaError } from '@fovea/client'
import { Problem } from '@fovea/core/problem/problem'
import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { commands } from './commands.ts'
import { exitCode, Interrupted, UsageError } from './exit-code.ts'
import { sentenceOf } from './sentence.ts'

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
  for (const load of loadersFor(args)) {
    const make = await load()
    program.addCommand(inheriting(program, make(finish, program)))
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    return explain(error)
  }
}

/** Of the command that is run; of all where they are listed, or where none is meant that we know. */
function loadersFor([name = '']: readonly string[]) {
  const one = name === 'completion' ? undefined : commands.get(name)
  return one === undefined ? commands.values() : [one]
}

/** Commands of commands, too. */
function inheriting(parent: Command, command: Command): Command {
  for (const child of command.commands) inheriting(parent, child)
  return command.copyInheritedSettings(parent).exitOverride()
}

function explain(error: unknown): number {
  // commander has printed its complaint; asking for help or the version is no mistake
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  if (error instanceof Interrupted) return exitCode.interrupted
  if (error instanceof UsageError) {
    process.stderr.write(`fovea: ${error.message}\n`)
    return exitCode.usage
  }
  const expected = error instanceof Problem || error instanceof FoveaError || isSystemError(error)
  const text =
    error instanceof Error ? (expected ? sentenceOf(error) : (error.stack ?? error.message)) : String(error)
  process.stderr.write(`fovea: ${text}\n`)
  return exitCode.failed
}

/** An error of the operating system (`ENOENT`, `EACCES` …): its message is a sentence already. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
