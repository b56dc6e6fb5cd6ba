/**
 * Cloudflare's image transformations, `/cdn-cgi/image/{options}/{source}`, and the URLs of its image store,
 * `/{account}/{image}/{variant}`, on a project's host or behind `/cloudflare/{project}`; see address.ts.
 *
 * Options have no order and act in that of the vendor: trim, flip, rotate, resize, segment,
 * tone, blur, sharpen, background.
 * Where it says nothing, quality is 85, `fit` contain, and the format that of the source's extension, or in URLs of the
 * store what the client shows. Presets are the store's variants, with the options as parameters.
 *
 * Source: https://developers.cloudflare.com/images/transform-images/transform-via-url/
 */
import { readColor } from '../../geometry/color.ts'
import { parsePipeline } from '../../pipeline/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { Dialect, DialectContext, DialectTarget, PresetBody } from '../define.ts'
import { splitExtension } from '../target-path.ts'
import { type Address, presetOptions, readAddress } from './address.ts'
import { describe } from './describe.ts'
import { shapeOf, toneOf } from './look.ts'
import { Options } from './options.ts'
import { savingOf } from './output.ts'
import { cloudflareProblem } from './problem.ts'
import { sizingOf } from './size.ts'

export const cloudflare: Dialect<'cloudflare'> = Object.freeze({
  name: 'cloudflare',
  mount: 'cloudflare',
  ownPath: 'cdn-cgi/',
  parse,
  checkPreset,
  problem: cloudflareProblem,
  describe,
  headerNames: ['Cf-Resized'],
  decorate: () => answered,
})

const answered = Object.freeze({ 'Cf-Resized': 'internal=ok' })

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const address = readAddress(target, context)
  const { source, preset, signature } = address
  const { sizing, pipeline, output, isJson, negotiated } = readOptions(address, target, context)
  return {
    source,
    decode: { orient: true },
    pipeline,
    output: isJson ? { kind: 'metadata', dependsOn: { options: address.options } } : output,
    ...(signature === undefined ? {} : { signature }),
    signatureRequired: false,
    delivery: {
      originalIfExact: false,
      immutable: false,
      negotiated: negotiated && !isJson,
      ...(sizing.vary.length === 0 ? {} : { vary: sizing.vary }),
      ...(preset === undefined ? {} : { preset, presetOnly: true }),
    },
  }
}

function checkPreset(_name: string, body: PresetBody, context: DialectContext): void {
  const source = { kind: 'asset', path: 'any', match: 'stem' } as const
  readOptions({ options: presetOptions(body), source }, { accept: 'none', hints: {} }, context)
}

function readOptions(
  { options: text, source }: Address,
  { accept, hints }: Pick<DialectTarget, 'accept' | 'hints'>,
  context: DialectContext,
) {
  const options = new Options(text)
  refuseUnavailable(options)
  const background = backgroundOf(options)
  const sizing = sizingOf(options, hints, background)
  const name = source.kind === 'asset' ? source.path : source.url.split(/[?#]/, 1)[0]
  const saving = savingOf(options, splitExtension(name ?? '').extension, accept)
  const shape = shapeOf(options)
  if (saving.isJson && shape.some(({ op }) => op === 'trim')) {
    throw options.invalid('format', 'cannot be json beside trim=border, whose size only the pixels tell')
  }
  const flattened = background === undefined ? [] : [{ op: 'flatten', background } as const]
  const isCutOut = options.oneOf('segment', ['foreground']) !== undefined
  const cutOut = isCutOut ? [{ op: 'removeBackground' } as const] : []
  const operations = [...shape, ...sizing.operations, ...cutOut, ...toneOf(options), ...flattened]
  return { ...saving, sizing, pipeline: parsePipeline(operations, context.limits) }
}

/** What has no spelling in a URL. An error is better than a wrong picture. */
function refuseUnavailable(options: Options): void {
  if (options.text('border') !== undefined) throw options.invalid('border', 'is not available on this server')
  options.oneOf('onerror', ['redirect'])
}

function backgroundOf(options: Options): string | undefined {
  const text = options.text('background')
  const color = text === undefined ? undefined : readColor(text)
  if (text !== undefined && color === undefined) throw options.invalid('background', 'must be a CSS colour')
  return color
}
