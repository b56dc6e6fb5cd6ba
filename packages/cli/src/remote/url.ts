/** `fovea url` and `fovea sign`: addresses of a picture, in the readable form and as a signed pipeline. */
import type { DeliveryParameters, Edit, EditOutput } from '@fovea/client'
import { defaultLimits, Problem, signedPayload } from '@fovea/core'
import { type Command, Option } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { wholeNumber } from '../number.ts'
import { readOperation } from '../transform/operation-text.ts'
import { connect, type RemoteFlags, remoteCommand } from './connect.ts'
import { print } from './print.ts'

interface UrlFlags extends RemoteFlags {
  readonly width?: string
  readonly height?: string
  readonly fit?: DeliveryParameters['fit']
  readonly crop?: DeliveryParameters['crop']
  readonly quality?: string
  readonly format?: DeliveryParameters['format']
  readonly preset?: string
  readonly sign?: boolean
  readonly expires?: string
}

const year = 366 * 24 * 60 * 60

const urlExamples = `
Examples:
  $ fovea url shop/shoe.jpg --width 800 --format avif
  $ fovea url shop/shoe.jpg --preset card --sign --expires 3600
`

export function urlCommand(finish: (code: number) => void): Command {
  return remoteCommand('url', 'Print the readable address of a picture')
    .argument('<key>', 'key of the picture')
    .option('--width <px>', 'width')
    .option('--height <px>', 'height')
    .addOption(new Option('--fit <how>').choices(['cover', 'contain', 'fill', 'scale-down']))
    .option('--crop <where>', 'what cover keeps: top, attention …')
    .option('--quality <n>', '1 to 100')
    .addOption(new Option('--format <format>').choices(['webp', 'avif', 'jxl', 'jpg', 'png', 'gif']))
    .option('--preset <name>', 'a preset of the project')
    .option('--sign', 'sign it: for private pictures and projects that demand it')
    .option('--expires <seconds>', 'how long the signature holds')
    .addHelpText('after', urlExamples)
    .action(async (key: string, flags: UrlFlags) => {
      const parameters: DeliveryParameters = definedOf({
        w: wholeNumber('--width', flags.width, 1, 10_000),
        h: wholeNumber('--height', flags.height, 1, 10_000),
        q: wholeNumber('--quality', flags.quality, 1, 100),
        fit: flags.fit,
        crop: flags.crop,
        format: flags.format,
        preset: flags.preset,
      })
      const expires = wholeNumber('--expires', flags.expires, 1, year)
      if (expires !== undefined && flags.sign !== true) throw new UsageError('--expires needs --sign')
      const { images } = await connect(flags)
      const url =
        flags.sign === true
          ? await images.signedDeliveryUrl(key, parameters, { expires })
          : await images.deliveryUrl(key, parameters)
      print(flags, { key, url }, [url])
      finish(exitCode.ok)
    })
}

interface SignFlags extends RemoteFlags {
  readonly op?: readonly string[]
  readonly format?: EditOutput['format']
  readonly quality?: string
  readonly expires?: string
}

const signExamples = `
Examples:
  $ fovea sign shop/shoe.jpg --op resize:width=800 --op sharpen:sigma=1 --format avif
  $ fovea sign shop/shoe.jpg --op '{"op":"rotate","angle":90}' --expires 3600
`

export function signCommand(finish: (code: number) => void): Command {
  const several = (value: string, before: readonly string[] = []) => [...before, value]
  return remoteCommand('sign', 'Print the signed address of a picture after operations')
    .argument('<key>', 'key of the picture')
    .option('--op <operation>', "as in fovea transform: 'blur:sigma=3'; repeatable, in order", several)
    .option('--format <format>', 'webp unless said')
    .option('--quality <n>', '1 to 100')
    .option('--expires <seconds>', 'how long the address works')
    .addHelpText('after', signExamples)
    .action(async (key: string, flags: SignFlags) => {
      const edits = (flags.op ?? []).map(editOf)
      const quality = wholeNumber('--quality', flags.quality, 1, 100)
      const output = definedOf({ format: flags.format, quality })
      const expires = wholeNumber('--expires', flags.expires, 1, year)
      const wanted = Object.keys(output).length > 0 ? output : undefined
      checkPayload({ key, edits, output: wanted })
      const { images } = await connect(flags)
      const url = await images.url(key, edits, wanted, { expires })
      print(flags, { key, url }, [url])
      finish(exitCode.ok)
    })
}

/** An address is good for nothing when the server cannot read it. @throws UsageError saying what it would say */
function checkPayload(payload: object): void {
  const path = Buffer.from(JSON.stringify(payload)).toString('base64url')
  const target = { path, query: '', accept: 'none', base: '', acceptText: '', hints: {} } as const
  try {
    signedPayload.parse(target, { limits: defaultLimits, deliveryFormats: ['webp'], presets: new Map() })
  } catch (error) {
    throw error instanceof Problem ? new UsageError(error.message) : error
  }
}

/** `blur:sigma=3` → `{ blur: { sigma: 3 } }`. */
function editOf(text: string): Edit {
  const { op, ...options } = readOperation(text) as { readonly op: string }
  return { [op]: options } as Edit
}

function definedOf<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
