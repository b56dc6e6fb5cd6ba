/** `fovea completion`: a script that lets a shell complete commands and flags, made from the commands themselves. */
import { Argument, Command } from 'commander'
import { exitCode } from './exit-code.ts'

const shells = ['bash', 'zsh', 'fish'] as const

const examples = `
Examples:
  $ fovea completion bash > /etc/bash_completion.d/fovea
  $ fovea completion zsh > "\${fpath[1]}/_fovea"
  $ fovea completion fish > ~/.config/fish/completions/fovea.fish
`

export function completionCommand(finish: (code: number) => void, program: Command): Command {
  return new Command('completion')
    .description('Print a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', examples)
    .action((shell: (typeof shells)[number]) => {
      process.stdout.write(scripts[shell](wordsOf(program)))
      finish(exitCode.ok)
    })
}

interface Words {
  /** `keys create`; empty for the program itself. */
  readonly command: string
  readonly description: string
  /** Commands and flags that may follow. */
  readonly next: readonly string[]
}

function wordsOf(program: Command): readonly Words[] {
  const words = (command: Command, path: readonly string[]): readonly Words[] => [
    {
      command: path.join(' '),
      description: command.description(),
      next: [
        ...command.commands.map((child) => child.name()),
        ...command.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : [])),
        '--help',
      ],
    },
    ...command.commands.flatMap((child) => words(child, [...path, child.name()])),
  ]
  return words(program, [])
}

const cases = (words: readonly Words[]) =>
  words.map(({ command, next }) => `    "${command}") next="${next.join(' ')}" ;;`).join('\n')

/** The words before the cursor that are no flags and name a command, as far as they do. */
const path = `  local path="" word
  for word in "\${before[@]}"; do
    case "$word" in -*) continue ;; esac
    case " $commands " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac
  done`

const commandList = (words: readonly Words[]) =>
  words
    .map(({ command }) => command.replaceAll(' ', '/'))
    .filter((command) => command !== '')
    .join(' ')

const scripts: Readonly<Record<(typeof shells)[number], (words: readonly Words[]) => string>> = {
  bash: (words) => `_fovea() {
  local commands="${commandList(words)}" next="" before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${path}
  case "\${path//\\// }" in
${cases(words)}
  esac
  local current="\${COMP_WORDS[COMP_CWORD]}"
  case "$current" in
    -*) mapfile -t COMPREPLY < <(compgen -W "$next" -- "$current") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$next" -- "$current"; compgen -f -- "$current") ;;
  esac
}
complete -o filenames -F _fovea fovea
`,
  zsh: (words) => `#compdef fovea
_fovea() {
  local commands="${commandList(words)}" next=""
  local -a before=("\${(@)words[2,CURRENT-1]}")
${path}
  case "\${path//\\// }" in
${cases(words)}
  esac
  compadd -- \${=next}
  _files
}
_fovea "$@"
`,
  fish: (words) =>
    `${words
      .flatMap(({ command, next }) => {
        const parts = command.split(' ').filter((part) => part !== '')
        const condition =
          parts.length === 0
            ? '__fish_use_subcommand'
            : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ')
        return next.map((word) =>
          word.startsWith('--')
            ? `complete -c fovea -n '${condition}' -l ${word.slice(2)}`
            : `complete -c fovea -n '${condition}' -a ${word} -d '${descriptionOf(words, [...parts, word].join(' '))}'`,
        )
      })
      .join('\n')}\n`,
}

function descriptionOf(words: readonly Words[], command: string): string {
  return (words.find((each) => each.command === command)?.description ?? '').replaceAll("'", '')
}
