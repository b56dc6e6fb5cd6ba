/**
 * imgproxy's URLs: `/imgproxy/{project}/{signature}/rs:fill:300:200/q:70/plain/{source}@webp`.
 *
 * Put your host, `/imgproxy` and the project before the path that imgproxy gets. Options are read in the order written,
 * the later over the earlier, and act in `imgproxyOrder`. What is documented and what becomes of it stands in
 * conformance.ts; whatever means nothing here is refused.
 *
 * The signature covers everything behind it. imgproxy has a key and a salt: the project's signing secret is both.
 */
import type { OperationInput } from '../../operations/index.ts'
import { parsePipeline } from '../../pipeline/index.ts'
import type { ImageRequest, SourceRef } from '../../request/image-request.ts'
import type { Dialect, DialectContext, DialectTarget, PresetBody } from '../define.ts'
import { downloadName } from '../download-name.ts'
import { namedFormat } from '../source-format.ts'
import { infoDocument, infoOutput } from './info.ts'
import { adjusting } from './look.ts'
import { presetSettings, readOptions } from './options.ts'
import { outputOf } from './output.ts'
import { imgproxyProblem } from './problem.ts'
import type { Settings } from './settings.ts'
import { cropping, padding, resizing, trimming, turning } from './size.ts'
import { sourceNamed } from './source.ts'
import { readUrl } from './url.ts'
import { marking } from './watermark.ts'

/** The order in which options act, whatever their order in the URL. Source: imgproxy's processing pipeline, version 3. */
export const imgproxyOrder = [
  'auto_rotate',
  'trim',
  'rotate, flip',
  'crop',
  'resize',
  'cut to the size',
  'colours',
  'blur, sharpen, pixelate',
  'extend, padding',
  'background',
  'watermark',
] as const

export const imgproxy: Dialect<'imgproxy'> = Object.freeze({
  name: 'imgproxy',
  mount: 'imgproxy',
  parse,
  checkPreset,
  problem: imgproxyProblem,
  describe: infoDocument,
})

function parse({ path, accept }: DialectTarget, context: DialectContext): ImageRequest {
  const { isInfo, signature, signedText, options, source: text, extension } = readUrl(path)
  const signed: Pick<ImageRequest, 'signature' | 'signatureRequired'> = {
    ...(signature === undefined
      ? {}
      : { signature: { scheme: 'imgproxy-hmac-sha256', value: signature, signedText } }),
    signatureRequired: false,
  }
  if (isInfo) {
    return {
      source: sourceNamed(text),
      decode: { orient: true },
      pipeline: [],
      output: infoOutput(options),
      ...signed,
      delivery: { originalIfExact: false, immutable: false, negotiated: false },
    }
  }
  const { settings, preset, presetOnly } = readOptions(options, context)
  const source = sourceNamed(text)
  const isUntouched = settings.raw || isSkipped(settings, source, extension)
  const output = outputOf(settings, {
    source,
    extension,
    accept,
    defaultQuality: context.defaultQuality,
    isSigned: signature !== undefined,
  })
  return {
    source,
    decode: { orient: settings.autoRotate, ...(settings.page === 1 ? {} : { page: settings.page }) },
    pipeline: isUntouched ? [] : parsePipeline(operationsOf(settings), context.limits),
    output,
    ...signed,
    ...(settings.expiresAt === undefined ? {} : { expiresAt: settings.expiresAt }),
    delivery: {
      originalIfExact: isUntouched,
      immutable: false,
      negotiated: output.choice?.by === 'size',
      ...(preset === undefined ? {} : { preset }),
      ...(presetOnly && extension === undefined ? { presetOnly } : {}),
      ...(settings.attachment ? { download: downloadName(settings.fileName ?? '', source, output) } : {}),
      ...(!settings.attachment && settings.fileName !== undefined
        ? { inlineName: downloadName(settings.fileName, source, output) }
        : {}),
    },
  }
}

function checkPreset(name: string, body: PresetBody, context: DialectContext): void {
  parsePipeline(operationsOf(presetSettings(name, body, context)), context.limits)
}

function operationsOf(settings: Readonly<Settings>): readonly OperationInput[] {
  return [
    ...trimming(settings),
    ...turning(settings),
    ...cropping(settings),
    ...resizing(settings),
    ...adjusting(settings),
    ...padding(settings),
    ...marking(settings),
  ]
}

/** Whether the source is of a format to be left alone, and no other one is asked for. */
function isSkipped({ skips, format }: Settings, source: SourceRef, extension: string | undefined): boolean {
  const own = namedFormat(source)
  return (
    own !== undefined && skips.has(own) && (format === undefined || format === own) && extension === undefined
  )
}
