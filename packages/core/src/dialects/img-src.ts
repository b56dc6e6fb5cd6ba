/**
 * The img-src.io form, our simple native one: `/i/{project}/{path}.{ext}?w=800&h=600&fit=cover&q=80&p:thumbnail`.
 *
 * The extension says the format (webp, avif, jxl, jpg, jpeg, png, gif); with none, or one that is no delivery format,
 * a preset's `format`, then the project's first delivery format, then WebP. Parameters have no order: they always act
 * in `imgSrcOrder`, so permutations are one picture. Explicit parameters win over a preset's, a preset's over the
 * project's defaults.
 *
 * Beside the vendor's contract: `f` (the format by the picture), `q=auto`, `max-bytes` (a byte budget), `v` (version token: the URL may be cached for a year),
 * `download` (answer as an attachment; bare, the file's own name with the delivered extension), `watermark=none` (signed
 * only: without the project's watermark), `link` (an access link), our signature `exp`, `kid`, `sig`, and what
 * img-src-analysis.ts adds: `as` and its companions, which answer with facts about the picture.
 */
import { type Format, traitsOf } from '../formats/formats.ts'
import { nearest, problem } from '../problem/index.ts'
import type { ImageRequest } from '../request/image-request.ts'
import { type AcceptBucket, formatsFor } from '../request/negotiate.ts'
import type { ImageOutput } from '../request/output.ts'
import { defaultTarget } from '../request/quality-target.ts'
import type { Dialect, DialectContext, DialectTarget } from './define.ts'
import { analysisNames, readAnalysis } from './img-src-analysis.ts'
import { deliveryExtensions, downloadName } from './img-src-extensions.ts'
import { formatImgSrc } from './img-src-format.ts'
import { type Picture, pictureNames, pipelineOf, readPicture } from './img-src-picture.ts'
import { imgSrcProblem } from './img-src-problem.ts'
import { type ParameterRecord, Parameters } from './parameters.ts'
import { clip, quote } from './quote.ts'
import { readSignature } from './signed-query.ts'
import { decodeAssetPath, splitExtension } from './target-path.ts'

export const imgSrc: Dialect<'img-src'> = Object.freeze({
  name: 'img-src',
  mount: 'i',
  parse,
  format: formatImgSrc,
  checkPreset: checkImgSrcPreset,
  problem: imgSrcProblem,
})

const knownNames = [
  ...pictureNames,
  ...analysisNames,
  'p:NAME',
  'v',
  'download',
  'watermark',
  'link',
  'sig',
  'exp',
  'kid',
] as const

/** Words of other services, for "did you mean". */
const hints: ReadonlyMap<string, string> = new Map([
  ['width', 'w'],
  ['height', 'h'],
  ['quality', 'q'],
  ['maxBytes', 'max-bytes'],
  ['max_bytes', 'max-bytes'],
  ['colorSpace', 'color-space'],
  ['cs', 'color-space'],
  ['ar', 'aspect'],
  ['ratio', 'aspect'],
  ['gravity', 'crop'],
  ['position', 'crop'],
  ['format', 'the file extension, as in photo.webp'],
  ['fm', 'the file extension, as in photo.webp'],
  ['preset', 'p:NAME'],
  ['p', 'p:NAME'],
  ['token', 'sig'],
  ['signature', 'sig'],
  ['expires', 'exp'],
  ['version', 'v'],
  ['dl', 'download'],
])

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const path = decodeAssetPath(target.path)
  const parameters = Parameters.parse(target.query)
  const signature = readSignature(target.path, target.query, parameters)
  const version = parameters.matching(
    'v',
    /^[A-Za-z0-9_-]{1,64}$/,
    'must be 1–64 letters, digits, "_" or "-"',
  )
  const download = readDownload(parameters)
  const accessLink = parameters.matching('link', /^[0-9A-Za-z]{32}$/, 'must be 32 letters and digits')
  const isUnmarked = parameters.oneOf('watermark', ['none']) !== undefined
  const asked = parameters.hasUnread()
  const preset = applyPreset(parameters, context)
  const analysis = readAnalysis(parameters)
  const picture = readPicture(parameters)
  if (analysis !== undefined) refuseEncoding(parameters, picture)
  parameters.finish(knownNames, hints)
  const pipeline = pipelineOf(picture, parameters, context)
  const output =
    analysis ??
    (picture.choice === undefined
      ? imageOutput(path, picture, context)
      : chosenOutput(picture, parameters, context, target.accept))
  return {
    source: { kind: 'asset', path, match: 'stem' },
    decode: { orient: true },
    pipeline,
    output,
    ...(signature === undefined ? {} : { signature }),
    ...(accessLink === undefined ? {} : { accessLink }),
    // Who may take the owner's mark off is the owner's to say.
    signatureRequired: isUnmarked,
    delivery: {
      originalIfExact: !asked,
      immutable: version !== undefined,
      ...(version === undefined ? {} : { version }),
      negotiated: output.kind === 'image' && output.choice !== undefined,
      ...(preset === undefined ? {} : preset),
      ...(isUnmarked ? { unmarked: true } : {}),
      ...(download === undefined
        ? {}
        : { download: download === '' ? downloadName(path, output) : download }),
    },
  }
}

/** A preset may carry what is about the file; a URL that asks for no picture may not. */
function refuseEncoding(parameters: Parameters, picture: Picture): void {
  for (const [name, value] of [
    ['q', picture.quality ?? picture.target],
    ['f', picture.choice],
    ['max-bytes', picture.maxBytes],
    ['metadata', picture.metadata],
    ['color-space', picture.colorSpace],
  ] as const) {
    if (value !== undefined && !parameters.isFromPreset(name))
      throw parameters.invalid(name, 'is about a picture, and "as" asks for none')
  }
}

function imageOutput(path: string, picture: Picture, context: DialectContext): ImageOutput {
  const format = formatOf(path, picture.format, context)
  const traits = traitsOf(format)
  return {
    kind: 'image',
    format,
    ...(traits.lossy ? qualityOf(picture, context) : {}),
    ...(picture.maxBytes === undefined ? {} : { maxBytes: picture.maxBytes }),
    metadata: picture.metadata ?? 'none',
    ...(picture.colorSpace === 'p3' ? { colorSpace: picture.colorSpace } : {}),
    animated: traits.animation,
  }
}

function qualityOf(
  { quality, target }: Picture,
  context: DialectContext,
): { quality: number } | { target: number } {
  return target === undefined ? { quality: quality ?? context.defaultQuality ?? 80 } : { target }
}

/** The format is left to the engine, among those the client shows. */
function chosenOutput(
  picture: Picture,
  parameters: Parameters,
  context: DialectContext,
  accept: AcceptBucket,
): ImageOutput {
  const among = formatsFor(accept)
  const isSmallest = picture.choice === 'smallest'
  if (isSmallest && picture.quality !== undefined && !parameters.isFromPreset('q')) {
    throw parameters.invalid(
      'q',
      'must be auto with f=smallest: qualities of different formats do not compare',
    )
  }
  return {
    kind: 'image',
    format: among[0],
    choice: { by: isSmallest ? 'size' : 'content', among },
    ...(isSmallest ? { target: picture.target ?? defaultTarget } : qualityOf(picture, context)),
    ...(picture.maxBytes === undefined ? {} : { maxBytes: picture.maxBytes }),
    metadata: picture.metadata ?? 'none',
    ...(picture.colorSpace === 'p3' ? { colorSpace: picture.colorSpace } : {}),
    animated: true,
  }
}

/**
 * Checks the body of a preset before it is stored: the names and ranges of a URL, and `format`.
 * @throws Problem `request/unknown-parameter`, `request/invalid-parameter` naming the parameter
 */
export function checkImgSrcPreset(name: string, body: ParameterRecord): void {
  const parameters = Parameters.parse('')
  parameters.fillFrom(body, name)
  readPicture(parameters)
  parameters.finish([...pictureNames, 'format'], hints)
}

/** Fills in what the URL leaves to its preset; the preset's name, when there is one, and whether it stands alone. */
function applyPreset(
  parameters: Parameters,
  context: DialectContext,
): Pick<ImageRequest['delivery'], 'preset' | 'presetOnly'> | undefined {
  const wanted = parameters.withPrefix('p:')
  const [first, second] = wanted
  if (first === undefined) return undefined
  const [key, value] = first
  if (second !== undefined) {
    throw parameters.invalid(second[0], `cannot stand beside ${quote(key)}: a URL may name one preset`)
  }
  if (value !== '' && value !== 'true' && value !== '1') {
    throw parameters.invalid(key, 'takes no value: write it bare, as in ?p:thumbnail')
  }
  const name = key.slice(2)
  const preset = context.presets.get(name)
  if (preset === undefined) {
    const suggestion = nearest(name, context.presets.keys())
    throw problem('preset/unknown', {
      detail: `There is no preset ${quote(name)}.${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
      members: {
        parameter: 'p',
        preset: clip(name),
        ...(suggestion === undefined ? {} : { suggestion }),
      },
    })
  }
  const isAlone = !parameters.hasUnread()
  parameters.fillFrom(preset, name)
  return { preset: name, ...(isAlone ? { presetOnly: true } : {}) }
}

function readDownload(parameters: Parameters): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
  const fileName = /^(?:[^./\\\u0000-\u001f\u007f-\u009f][^/\\\u0000-\u001f\u007f-\u009f]{0,149})?$/u
  return parameters.matching(
    'download',
    fileName,
    'must be a file name of at most 150 characters, without a slash or a leading dot',
  )
}

function formatOf(path: string, fromPreset: Format | undefined, context: DialectContext): Format {
  const format =
    deliveryExtensions.get(splitExtension(path).extension.toLowerCase()) ??
    fromPreset ??
    context.deliveryFormats.find((candidate) => traitsOf(candidate).encode && traitsOf(candidate).webSafe) ??
    'webp'
  if (!traitsOf(format).encode) {
    throw problem('format/unavailable', {
      detail: `This server cannot write ${format}; ask for ${['webp', 'avif', 'jpg', 'png'].join(', ')} or gif.`,
      members: { format },
    })
  }
  return format
}
