/** `fovea transform`: the engine, here or on a server, on local files. Flags and help; the work is in transform.ts. */
import { availableParallelism } from 'node:os'
import { colorSpaces, metadataPolicies, operations, traitsOf } from '@fovea/core'
import { Command, Option } from 'commander'
import { type TransformFlags, type Wanted, wantedFrom } from './flags.ts'
import { localMaker } from './local-maker.ts'
import type { Maker } from './maker.ts'
import { writableFormats } from './output.ts'
import { transformFiles } from './transform.ts'

const fits = ['cover', 'contain', 'fill', 'inside', 'outside']

/** @param onServer makes the pictures where the flags name a server */
export function transformCommand(
  finish: (code: number) => void,
  onServer: (wanted: Wanted, flags: TransformFlags) => Promise<Maker>,
): Command {
  return new Command('transform')
    .description('Transform local files, folders or globs')
    .argument('<inputs...>', 'files, folders (searched below) or quoted globs')
    .requiredOption('-o, --out <path>', 'folder to write to, or a file name for a single input')
    .addOption(
      new Option(
        '-f, --format <format>',
        'output format; kept from the source when it can be written; auto looks at the picture, smallest tries',
      ).choices([...writableFormats, 'jpg', 'auto', 'smallest']),
    )
    .option('-q, --quality <1-100>', 'quality of lossy formats (80); auto, auto:best … auto:low by looks')
    .option('--max-bytes <size>', 'largest file: 200000, 200k or 1.5M; quality goes first, then the size')
    .option('--lossless', 'lossless WebP or AVIF')
    .option('--progressive', 'progressive JPEG, interlaced PNG')
    .addOption(
      new Option('--metadata <policy>', 'what to keep of EXIF and XMP')
        .choices([...metadataPolicies])
        .default('none'),
    )
    .addOption(
      new Option('--color-space <space>', 'p3 keeps the colours of a wide source (srgb)').choices([
        ...colorSpaces,
      ]),
    )
    .option('--no-animation', 'write the first frame only')
    .option('--no-orient', 'ignore the EXIF orientation')
    .option('-W, --width <pixels>', 'resize to this width')
    .option('-H, --height <pixels>', 'resize to this height')
    .addOption(new Option('--fit <fit>', 'how the image meets width × height (cover)').choices(fits))
    .option('--position <place>', 'what cover keeps: center, top-left, attention, …')
    .option('--background <colour>', 'any CSS colour, for contain')
    .option('--no-upscale', 'never make the image larger')
    .option('--pipeline <file>', 'JSON file with a list of operations')
    .option(
      '--op <operation>',
      `one more operation: 'blur:sigma=3', or JSON; may be repeated`,
      (text, list: string[] = []) => [...list, text],
    )
    .option('-c, --concurrency <number>', `files at a time (${availableParallelism()} here)`)
    .option('--timeout <seconds>', 'most a single file may take (120)')
    .option('--server', 'let a server do it; --url, --key and --profile say which, as for other commands')
    .option('--url <address>', 'that server (or FOVEA_API_URL)')
    .option('--key <key>', 'API key (or FOVEA_API_KEY, which no list of processes shows)')
    .option('--profile <name>', 'profile of fovea login (or FOVEA_PROFILE)')
    .option('--json', 'print one JSON document instead of lines')
    .option('--quiet', 'print errors only')
    .addHelpText('after', help())
    .action(async (inputs: string[], flags: TransformFlags) => {
      const wanted = await wantedFrom(flags)
      const open = (atATime: number) =>
        wanted.isRemote ? onServer(wanted, flags) : localMaker(wanted, atATime)
      finish(await transformFiles(inputs, wanted, open))
    })
}

function help(): string {
  const list = operations.map(({ op, summary, params }) => {
    const names = Object.keys(params.shape)
    return `  ${op.padEnd(10)} ${summary}${names.length === 0 ? '' : `\n${' '.repeat(13)}${names.join(', ')}`}`
  })
  return `
Operations run in this order: the pipeline file, then the resize flags, then each --op as written.
Sources are decoded in child processes, never here. A file that fails is reported; the others go on.
With --server the files go to a server and the results come back; nothing is stored there. A format that is not named
is that of the file name, and pictures that operations name are the project's.
Exit code: 0 all made, 1 some failed, 2 wrong command line.

Operations:
${list.join('\n')}

Formats: ${writableFormats.map((format) => `${format} (.${traitsOf(format).extensions[0]})`).join(', ')}

Examples:
  $ fovea transform photo.jpg -o small.webp --width 800
  $ fovea transform photos/ -o out/ -f avif -q 60 --width 1600 --no-upscale
  $ fovea transform 'shots/**/*.png' -o thumbs/ -W 200 -H 200 --fit cover --position attention
  $ fovea transform scan.tiff -o scan.png --op trim --op 'extend:top=20,bottom=20,background=white'
  $ fovea transform photos/ -o marked/ --op 'overlay:picture=logo.png,width=20%,position=bottom-right,padding=16'
  $ fovea transform 'in/*.jpg' -o out/ --pipeline p.json --server --profile shop
  $ fovea transform photo.jpg -o art.jpg --op '{"op":"blur","sigma":3}' --op grayscale
`
}
