/** `fovea usage`, `fovea purge`, `fovea keys` and `fovea presets`: looking after the project of a key. */
import type { Scope } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { wholeNumber } from '../number.ts'
import { sizeText } from '../transform/report.ts'
import { connect, grouped, type RemoteFlags, remoteCommand } from './connect.ts'
import { columns, print } from './print.ts'

type Finish = (code: number) => void

export function usageCommand(finish: Finish): Command {
  return remoteCommand('usage', 'Show what the project has used this month').action(
    async (flags: RemoteFlags) => {
      const usage = await (await connect(flags)).usage()
      const { used, allowed } = usage
      const of = (value: number, limit: number | null, text: (n: number) => string = String) =>
        limit === null ? text(value) : `${text(value)} of ${text(limit)}`
      print(
        flags,
        usage,
        columns([
          ['plan', usage.plan],
          ['month', usage.period],
          ['images', String(usage.images)],
          ['stored', of(usage.storageBytes, allowed.storageBytes, sizeText)],
          ['uploads', of(used.uploads, allowed.uploads)],
          ['transforms', of(used.transforms, allowed.transforms)],
          ['API requests', of(used.apiRequests, allowed.apiRequests)],
          ['delivered', of(used.bandwidthBytes, allowed.bandwidthBytes, sizeText)],
        ]),
      )
      finish(exitCode.ok)
    },
  )
}

export function purgeCommand(finish: Finish): Command {
  return remoteCommand('purge', 'Make every variant of the project anew when it is next asked for').action(
    async (flags: RemoteFlags) => {
      await (await connect(flags)).purge()
      print(flags, { purged: true }, ['purged'])
      finish(exitCode.ok)
    },
  )
}

export function keysCommand(finish: Finish): Command {
  const list = remoteCommand('list', 'List API keys').action(async (flags: RemoteFlags) => {
    const keys = await (await connect(flags)).keys.list()
    const date = (at: Date | undefined) => at?.toISOString().slice(0, 10) ?? '–'
    const rows = keys.map((key) => [
      key.id,
      `${key.prefix}…`,
      key.scopes.join(','),
      `last used ${date(key.lastUsedAt)}`,
      `ends ${date(key.expiresAt)}`,
      key.name,
    ])
    print(flags, keys, columns(rows))
    finish(exitCode.ok)
  })
  const create = remoteCommand('create', 'Make an API key; it is shown this once')
    .argument('<name>', 'what it is for')
    .option('--scopes <list>', 'read,write; those of the key that asks when absent')
    .option('--days <n>', 'days until it stops working, 1 to 365')
    .addHelpText('after', '\nExamples:\n  $ fovea keys create "the website" --scopes read --days 90\n')
    .action(
      async (name: string, flags: RemoteFlags & { readonly scopes?: string; readonly days?: string }) => {
        const expiresInDays = wholeNumber('--days', flags.days, 1, 365)
        const made = await (await connect(flags)).keys.create({
          name,
          scopes: flags.scopes?.split(',').map(scopeOf),
          expiresInDays,
        })
        print(flags, made, [made.key])
        finish(exitCode.ok)
      },
    )
  const revoke = remoteCommand('revoke', 'Make an API key useless')
    .argument('<id>', 'as fovea keys list prints it')
    .action(async (id: string, flags: RemoteFlags) => {
      await (await connect(flags)).keys.revoke(id)
      print(flags, { revoked: id }, [`revoked ${id}`])
      finish(exitCode.ok)
    })
  return grouped('keys', 'List, make and revoke API keys', [list, create, revoke])
}

const presetExamples = `
Examples:
  $ fovea presets set card w=400 h=300 fit=cover
  $ fovea presets set card w=400 func=crop --dialect cloudimage
`

export function presetsCommand(finish: Finish): Command {
  const list = remoteCommand('list', 'List presets').action(async (flags: RemoteFlags) => {
    const presets = await (await connect(flags)).presets.list()
    const rows = presets.map(({ id, name, dialect, params }) => [id, name, dialect, JSON.stringify(params)])
    print(flags, presets, columns(rows))
    finish(exitCode.ok)
  })
  const set = remoteCommand('set', 'Make a preset, or change the one of that name')
    .argument('<name>')
    .argument('<parameters...>', 'name=value, as in the readable address: w=400 fit=cover')
    .option('--description <text>')
    .option('--dialect <name>', 'whose words the parameters are', 'img-src')
    .addHelpText('after', presetExamples)
    .action(
      async (
        name: string,
        pairs: readonly string[],
        flags: RemoteFlags & { readonly description?: string; readonly dialect: string },
      ) => {
        const { presets } = await connect(flags)
        const { dialect, description } = flags
        const params = Object.fromEntries(pairs.map(pairOf))
        const known = (await presets.list({ dialect })).find((preset) => preset.name === name)
        const preset =
          known === undefined
            ? await presets.create({ name, params, dialect, description })
            : await presets.update(known.id, { params, description })
        print(flags, preset, [`${known === undefined ? 'made' : 'changed'} ${name}`])
        finish(exitCode.ok)
      },
    )
  const remove = remoteCommand('rm', 'Delete a preset')
    .argument('<preset>', 'its name, or its id as fovea presets list prints it')
    .action(async (preset: string, flags: RemoteFlags) => {
      await (await connect(flags)).presets.delete(preset)
      print(flags, { deleted: preset }, [`deleted ${preset}`])
      finish(exitCode.ok)
    })
  return grouped('presets', 'List, set and delete presets', [list, set, remove])
}

function scopeOf(text: string): Scope {
  const scope = (['read', 'write'] as const).find((each) => each === text.trim())
  if (scope !== undefined) return scope
  throw new UsageError(`--scopes must hold read or write, not ${JSON.stringify(text)}`)
}

/** Numbers and truth values as such: presets are checked by type. */
function pairOf(text: string): readonly [string, string | number | boolean] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new UsageError(`a parameter is written name=value, not ${JSON.stringify(text)}`)
  const value = text.slice(equals + 1)
  const typed =
    value === 'true'
      ? true
      : value === 'false'
        ? false
        : /^-?\d+(?:\.\d+)?$/.test(value)
          ? Number(value)
          : value
  return [text.slice(0, equals), typed]
}
