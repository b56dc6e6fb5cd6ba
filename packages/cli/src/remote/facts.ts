/** `fovea describe`, `fovea similar` and `fovea duplicates`: what the server knows of stored pictures. */
import { Facts, type FactsOptions, type KnownImage } from '@fovea/client/facts'
import { type Command, Option } from 'commander'
import { exitCode } from '../exit-code.ts'
import { wholeNumber } from '../number.ts'
import { connect, type RemoteFlags, remoteCommand } from './connect.ts'
import { columns, print } from './print.ts'

const idArgument = ['<id>', 'as fovea ls prints it'] as const

export function describeCommand(finish: (code: number) => void): Command {
  return remoteCommand('describe', 'Tell colours, placeholders, EXIF and faces of a stored image as JSON')
    .argument(...idArgument)
    .addOption(
      new Option('--details <which>', 'of EXIF, IPTC and XMP; all adds place and serial numbers').choices([
        'none',
        'public',
        'all',
      ]),
    )
    .addOption(
      new Option('--see <what>', 'what models see; subjects tells the faces too').choices([
        'faces',
        'subjects',
      ]),
    )
    .action(async (id: string, { details, see, ...flags }: RemoteFlags & FactsOptions) => {
      const found = await (await factsOf(flags)).of(id, { details, see })
      print({ json: true }, found, [])
      finish(exitCode.ok)
    })
}

interface SimilarFlags extends RemoteFlags {
  readonly maxDistance?: string
  readonly limit?: string
}

export function similarCommand(finish: (code: number) => void): Command {
  return remoteCommand('similar', 'List the images that look like one of them, nearest first')
    .argument(...idArgument)
    .option('--max-distance <bits>', 'in which the fingerprints may differ, 0 to 15')
    .option('--limit <n>', 'how many, 1 to 100')
    .action(async (id: string, flags: SimilarFlags) => {
      const maxDistance = wholeNumber('--max-distance', flags.maxDistance, 0, 15)
      const limit = wholeNumber('--limit', flags.limit, 1, 100)
      const found = await (await factsOf(flags)).similarTo(id, { maxDistance, limit })
      const rows = found.images.map((image) => [String(image.distance), ...rowOf(image)])
      print(flags, found, columns(rows))
      mention(found.withoutFingerprint)
      finish(exitCode.ok)
    })
}

export function duplicatesCommand(finish: (code: number) => void): Command {
  return remoteCommand('duplicates', 'List groups of images that are nearly the same').action(
    async (flags: RemoteFlags) => {
      const facts = await factsOf(flags)
      const groups = []
      let page = await facts.duplicates()
      groups.push(...page.groups)
      while (page.nextCursor !== undefined) {
        page = await facts.duplicates({ cursor: page.nextCursor })
        groups.push(...page.groups)
      }
      const lines = groups.flatMap(({ count, images }) => [
        `${count} images`,
        ...columns(images.map(rowOf)).map((line) => `  ${line}`),
      ])
      print(flags, groups, lines)
      mention(page.withoutFingerprint)
      finish(exitCode.ok)
    },
  )
}

async function factsOf(flags: RemoteFlags): Promise<Facts> {
  return new Facts(await connect(flags))
}

function rowOf({ id, paths }: KnownImage): readonly string[] {
  return [id, paths.join(' ')]
}

/** Beside the list, so that nobody takes a short one for all there is. */
function mention(unseen: number): void {
  if (unseen > 0) process.stderr.write(`${unseen} images have not been looked at yet\n`)
}
