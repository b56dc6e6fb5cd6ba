/**
 * imgix: `/imgix/{project}/{path}?w=400&fit=crop&auto=format`.
 *
 * Parameters have no order; they act in this one: orientation, `bg-remove`, `trim`, `rect`, `upscale`, size, `flip` and `rot`,
 * tone, colour and detail, style, `pad`, then what keeps its own colours: `blend`, `mark`, `txt`, then `bg`, `border`
 * and `mask`.
 * Lenient as the vendor is (reader.ts); what is documented and what becomes of it stands in conformance.ts.
 *
 * Stricter than the vendor in two things: a signature that is there must hold even where none is needed, and images of
 * the web always need one.
 */

import type { Limits } from '../../limits/limits.ts'
import type { OperationInput } from '../../operations/index.ts'
import { parsePipeline } from '../../pipeline/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { Output } from '../../request/output.ts'
import type { Dialect, DialectContext, DialectTarget } from '../define.ts'
import { adjustments } from './adjust.ts'
import { withoutBackground } from './cut-out.ts'
import { imgixDocument } from './describe.ts'
import { edges, flattened, padded, padding, roomFor } from './edges.ts'
import { enlarged } from './enlarge.ts'
import { hintsOf } from './hints.ts'
import { blends, marks } from './layers.ts'
import { outputOf } from './output.ts'
import { imgixProblem } from './problem.ts'
import { ImgixParameters } from './reader.ts'
import { capped, cuts, orientation, sizes, turns } from './size.ts'
import { readSignature, readSource } from './target.ts'
import { texts } from './text.ts'

export const imgix: Dialect<'imgix'> = Object.freeze({
  name: 'imgix',
  mount: 'imgix',
  parse,
  problem: imgixProblem,
  describe: imgixDocument,
  headerNames: ['X-Imgix-Params'],
  decorate: ({ delivery }: ImageRequest) => delivery.echo ?? {},
})

const autoWords = ['enhance', 'format', 'redeye', 'compress', 'true'] as const

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const source = readSource(target)
  const parameters = new ImgixParameters(target.query)
  const expiresAt = expiryOf(parameters)
  const signature = readSignature(target, expiresAt)
  const auto = parameters.words('auto', autoWords) ?? []
  const hints = hintsOf(parameters, target.hints)
  const output = outputOf(parameters, { source, accept: target.accept, auto, isSaving: hints.isSaving })
  const turned = orientation(parameters)
  const pipeline =
    output.kind === 'metadata'
      ? []
      : operationsOf(parameters, {
          base: target.base,
          source,
          output,
          auto,
          turned,
          dpr: hints.dpr,
          limits: context.limits,
        })
  const download = parameters.has('dl') ? downloadName(parameters, target.path) : undefined
  return {
    source,
    decode: { orient: turned === undefined, ...pageOf(parameters) },
    pipeline: parsePipeline(pipeline, context.limits),
    output,
    ...(signature === undefined ? {} : { signature }),
    signatureRequired: source.kind === 'url',
    ...(expiresAt === undefined ? {} : { expiresAt }),
    delivery: {
      originalIfExact: false,
      immutable: false,
      negotiated: auto.includes('format') && output.kind === 'image',
      ...(hints.vary.length === 0 ? {} : { vary: hints.vary }),
      ...(download === undefined ? {} : { download }),
      echo: echoOf(parameters, hints.accepted),
    },
  }
}

interface Making {
  readonly base: string
  readonly source: ImageRequest['source']
  readonly output: Output
  readonly auto: readonly string[]
  readonly turned: number | undefined
  readonly dpr: number
  readonly limits: Limits
}

/** Everything in the order it acts. */
function operationsOf(parameters: ImgixParameters, making: Making): readonly OperationInput[] {
  const { turned, dpr, output, auto, limits } = making
  const pad = padding(parameters)
  const size = enlarged(parameters, sizes(parameters, dpr, roomFor(pad)), limits)
  return [
    ...(turned === undefined || turned === 1 ? [] : [{ op: 'orient', orientation: turned } as const]),
    ...withoutBackground(parameters, cuts(parameters), size),
    ...turns(parameters),
    ...adjustments(parameters, auto),
    ...padded(parameters, pad),
    ...(isBounded(size, pad) && !parameters.applied.has('rot') ? [] : [capped]),
    ...blends(parameters, making),
    ...marks(parameters, making, renderedSize(size)),
    ...texts(parameters, dpr),
    ...flattened(parameters),
    ...edges(parameters, making, output),
  ]
}

/** Whether the size cannot be beyond what imgix makes: a side in percent depends on the source. */
function isBounded(size: readonly OperationInput[], pad: object): boolean {
  const last = size.at(-1)
  if (last?.op !== 'resize' || Object.values(pad).some((side) => side > 0)) return false
  if (last.aspect !== undefined) return false
  const isKnown = (side: number | string | undefined, most: number | undefined) =>
    typeof side === 'number' || (side === undefined && most !== undefined)
  return isKnown(last.width, last.maxWidth) && isKnown(last.height, last.maxHeight)
}

/** What the last resize says in pixels. */
function renderedSize(size: readonly OperationInput[]): {
  readonly width?: number
  readonly height?: number
} {
  const last = size.at(-1)
  if (last?.op !== 'resize') return {}
  return {
    ...(typeof last.width === 'number' ? { width: last.width } : {}),
    ...(typeof last.height === 'number' ? { height: last.height } : {}),
  }
}

/** Of a PDF, from 1. */
function pageOf(parameters: ImgixParameters): { readonly page?: number } {
  const page = parameters.integer('page', { min: 1, max: 100_000 }) ?? 1
  return page === 1 ? {} : { page }
}

/** Unix seconds; the last second of the year 9999 at most. */
function expiryOf(parameters: ImgixParameters): number | undefined {
  return parameters.integer('expires', { min: 1, max: 253_402_300_799 })
}

/** The name `dl` gives, without what a file name may not hold, or that of the path. */
function downloadName(parameters: ImgixParameters, path: string): string {
  const asked = parameters.text('dl') ?? decodedName(path)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out
  const name = asked.replace(/[/\\\u0000-\u001f\u007f-\u009f]/g, '_').replace(/^\.+/, '')
  return name === '' ? 'image' : [...name].slice(0, 150).join('')
}

function decodedName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** What percent-encoding leaves as it is. */
const plain = /^[\w.-]*$/

/** Longest header value: clients and proxies take about 8 000. */
const maxEcho = 4_000

function echoOf(parameters: ImgixParameters, accepted: readonly string[]): Readonly<Record<string, string>> {
  let text = ''
  for (const [name, value] of parameters.applied) {
    text += `${text === '' ? '' : '&'}${name}=${plain.test(value) ? value : encodeURIComponent(value)}`
  }
  return {
    ...(text === '' ? {} : { 'X-Imgix-Params': text.slice(0, maxEcho) }),
    ...(accepted.length === 0 ? {} : { 'Accept-CH': accepted.join(', ') }),
  }
}
