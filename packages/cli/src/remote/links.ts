/** `fovea links`: addresses that show one picture until they run out or are taken back. */
import type { AccessLink, Images } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { wholeNumber } from '../number.ts'
import { connect, grouped, type RemoteFlags, remoteCommand } from './connect.ts'
import { columns, print } from './print.ts'

type Finish = (code: number) => void

export function linksCommand(finish: Finish): Command {
  return grouped('links', 'Make, list and take back addresses that show one picture', [
    createCommand(finish),
    listCommand(finish),
    revokeCommand(finish),
  ])
}

interface CreateFlags extends RemoteFlags {
  readonly days?: string
  readonly preset?: string
  readonly uses?: string
  readonly note?: string
}

const dayMs = 24 * 60 * 60 * 1000

function createCommand(finish: Finish): Command {
  return remoteCommand('create', 'Make a link; its address is shown this once')
    .argument('<key>', 'key of the picture')
    .option('--days <n>', 'days until it ends, 1 to 366', '7')
    .option('--preset <name>', 'show the picture in this preset only')
    .option('--uses <n>', 'how often it may show the picture')
    .option('--note <text>', 'for those who manage links')
    .action(async (key: string, flags: CreateFlags) => {
      const days = wholeNumber('--days', flags.days, 1, 366) ?? 7
      const maxUses = wholeNumber('--uses', flags.uses, 1, 1_000_000)
      const { images, links } = await connect(flags)
      const { preset, note } = flags
      const expiresAt = new Date(Date.now() + days * dayMs)
      const made = await links.create(await idOf(images, key), { preset, note, maxUses, expiresAt })
      print(flags, made, [made.url])
      finish(exitCode.ok)
    })
}

interface ListFlags extends RemoteFlags {
  readonly all?: boolean
}

function listCommand(finish: Finish): Command {
  return remoteCommand('list', 'List links, newest first')
    .argument('[key]', 'only those of this picture')
    .option('--all', 'also those that have ended')
    .action(async (key: string | undefined, flags: ListFlags) => {
      const { images, links } = await connect(flags)
      const imageId = key === undefined ? undefined : await idOf(images, key)
      const state = flags.all === true ? undefined : ('active' as const)
      const found: AccessLink[] = []
      let cursor: string | undefined
      do {
        const page = await links.list({ imageId, state, limit: 100, cursor })
        found.push(...page.links)
        cursor = page.nextCursor
      } while (cursor !== undefined)
      print(flags, found, columns(found.map(rowOf)))
      finish(exitCode.ok)
    })
}

function rowOf({ id, state, uses, maxUses, expiresAt, key, note }: AccessLink): readonly string[] {
  const used = maxUses === undefined ? `used ${uses}` : `used ${uses} of ${maxUses}`
  return [id, state, used, `ends ${expiresAt.toISOString().slice(0, 10)}`, key, note]
}

function revokeCommand(finish: Finish): Command {
  return remoteCommand('revoke', 'End a link at once')
    .argument('<id>', 'as fovea links list prints it')
    .action(async (id: string, flags: RemoteFlags) => {
      const link = await (await connect(flags)).links.revoke(id)
      print(flags, link, [`revoked ${id}`])
      finish(exitCode.ok)
    })
}

/** @throws UsageError when nothing lies at the key */
async function idOf(images: Images, key: string): Promise<string> {
  // In their order the key itself comes before all that begin with it.
  const [found] = (await images.list({ prefix: key, limit: 1 })).images
  if (found?.key !== key.normalize('NFC')) throw new UsageError(`there is no image at "${key}"`)
  return found.id
}
