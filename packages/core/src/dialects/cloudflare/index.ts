/**
 * Cloudflare's image transformations: `/cdn-cgi/image/{options}/{source}`, on a project's host or behind
 * `/cloudflare/{project}`. The source is a path of the project or an address of the web.
 *
 * Options have no order and act in that of the vendor: trim, flip, rotate, resize, tone, blur, sharpen, background.
 * Where it says nothing, quality is 85, `fit` contain, and the format that of the source's extension.
 *
 * Source: https://developers.cloudflare.com/images/transform-images/transform-via-url/
 */
import { readColor } from '../../geometry/color.ts'
import { parsePipeline } from '../../pipeline/index.ts'
import { problem } from '../../problem/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { Dialect, DialectContext, DialectTarget } from '../define.ts'
import { quote } from '../quote.ts'
import { splitExtension } from '../target-path.ts'
import { describe } from './describe.ts'
import { shapeOf, toneOf } from './look.ts'
import { Options } from './options.ts'
import { savingOf } from './output.ts'
import { cloudflareProblem } from './problem.ts'
import { sizingOf } from './size.ts'
import { sourceOf } from './source.ts'

export const cloudflare: Dialect<'cloudflare'> = Object.freeze({
  name: 'cloudflare',
  mount: 'cloudflare',
  ownPath: 'cdn-cgi/',
  parse,
  problem: cloudflareProblem,
  describe,
  headerNames: ['Cf-Resized'],
  decorate: () => answered,
})

const prefix = 'cdn-cgi/image/'
const answered = Object.freeze({ 'Cf-Resized': 'internal=ok' })

function parse({ path, query, accept, hints }: DialectTarget, context: DialectContext): ImageRequest {
  const end = path.indexOf('/', prefix.length)
  if (!path.startsWith(prefix) || end < 0) {
    throw problem('route/not-found', {
      detail: `The path must be cdn-cgi/image/{options}/{source}; it is ${quote(path)}.`,
    })
  }
  const options = new Options(path.slice(prefix.length, end))
  refuseUnavailable(options)
  const source = sourceOf(path.slice(end + 1), query)
  const background = backgroundOf(options)
  const sizing = sizingOf(options, hints, background)
  const name = source.kind === 'asset' ? source.path : source.url.split(/[?#]/, 1)[0]
  const { output, isJson, negotiated } = savingOf(options, splitExtension(name ?? '').extension, accept)
  const shape = shapeOf(options)
  if (isJson && shape.some(({ op }) => op === 'trim')) {
    throw options.invalid('format', 'cannot be json beside trim=border, whose size only the pixels tell')
  }
  const flattened = background === undefined ? [] : [{ op: 'flatten', background } as const]
  return {
    source,
    decode: { orient: true },
    pipeline: parsePipeline(
      [...shape, ...sizing.operations, ...toneOf(options), ...flattened],
      context.limits,
    ),
    output: isJson ? { kind: 'metadata', dependsOn: { options: path.slice(0, end) } } : output,
    signatureRequired: false,
    delivery: {
      originalIfExact: false,
      immutable: false,
      negotiated: negotiated && !isJson,
      ...(sizing.vary.length === 0 ? {} : { vary: sizing.vary }),
    },
  }
}

/** What needs a model that this server does not have, or has no spelling in a URL. An error is better than a wrong picture. */
function refuseUnavailable(options: Options): void {
  for (const name of ['zoom', 'segment', 'border'] as const) {
    if (options.text(name) !== undefined) throw options.invalid(name, 'is not available on this server')
  }
  options.oneOf('onerror', ['redirect'])
}

function backgroundOf(options: Options): string | undefined {
  const text = options.text('background')
  const color = text === undefined ? undefined : readColor(text)
  if (text !== undefined && color === undefined) throw options.invalid('background', 'must be a CSS colour')
  return color
}
