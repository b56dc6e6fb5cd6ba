/**
 * Writes a request as a payload: the inverse of `parse`, `key` first, every option that the dialect would fill in
 * left out, base64url without padding. The caller signs it (`signableText`, `withSignature`).
 */
import { traitsOf } from '../formats/formats.ts'
import { type Operation, operationNamed } from '../operations/index.ts'
import { canonicalJson } from '../pipeline/index.ts'
import { type Problem, problem } from '../problem/index.ts'
import type { ImageRequest } from '../request/image-request.ts'
import type { ImageOutput } from '../request/output.ts'
import { autoQualityOf, defaultTarget } from '../request/quality-target.ts'
import { encodeBase64Url } from './base64.ts'
import { analysisMember } from './signed-payload-analysis.ts'
import { edits, withLastEdits } from './signed-payload-edits.ts'
import { defaultFormat, defaultQuality } from './signed-payload-output.ts'

/** @throws Problem `pipeline/invalid` when the form has no words for the request */
export function formatSignedPayload(request: ImageRequest): string {
  const { source, output, decode, delivery } = request
  if (source.kind !== 'asset') throw unspeakable('an address of the web')
  if (source.match !== 'exact') throw unspeakable('a lookup by stem')
  if (!source.path.isWellFormed()) throw unspeakable('a key that is not valid Unicode')
  if (delivery.download !== undefined) throw unspeakable('an attachment')
  const { pipeline } = request
  if (withLastEdits(pipeline).some((operation, index) => operation !== pipeline[index])) {
    throw unspeakable('an operation behind a text')
  }
  if (output.kind === 'metadata') return encodePayload({ key: source.path, metadata: true })
  const editList = [
    ...(decode.orient ? [] : [{ autoOrient: false }]),
    ...pipeline.map(editOf).filter((edit) => edit !== undefined),
  ]
  const outputMember =
    output.kind === 'image' ? outputOf(output, delivery.negotiated) : analysisMember(output)
  return encodePayload({
    key: source.path,
    ...(editList.length === 0 ? {} : { edits: editList }),
    ...(Object.keys(outputMember).length === 0 ? {} : { output: outputMember }),
  })
}

function encodePayload(payload: Readonly<Record<string, unknown>>): string {
  return encodeBase64Url(JSON.stringify(payload))
}

function editOf({ op, ...params }: Operation): Readonly<Record<string, unknown>> | undefined {
  const { defaults, number, flag } = edits[op]
  const { normalise } = operationNamed(op)
  const meaning = (options: object) => {
    const filled = { ...defaults, ...options }
    return normalise === undefined ? filled : normalise(filled)
  }
  const wanted = meaning(params)
  if (wanted === undefined) return undefined
  let options: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  )
  for (const key of Object.keys(defaults)) {
    const { [key]: _, ...without } = options
    const meant = meaning(without)
    if (meant !== undefined && canonicalJson(meant) === canonicalJson(wanted)) options = without
  }
  const keys = Object.keys(options)
  const short = number === undefined ? undefined : (options[number] ?? defaults[number])
  if (typeof short === 'number' && keys.every((key) => key === number)) return { [op]: short }
  return { [op]: flag && keys.length === 0 ? true : options }
}

function outputOf(output: ImageOutput, negotiated: boolean): Readonly<Record<string, unknown>> {
  const traits = traitsOf(output.format)
  const isLossless = output.lossless === true
  const { choice, quality, target } = output
  if (output.animated !== (traits.animation || choice !== undefined))
    throw unspeakable('a still of an animation')
  if (traits.lossy && !isLossless && (quality === undefined) === (target === undefined))
    throw unspeakable('an unstated or bounded quality')
  if (choice?.by === 'bytes') throw unspeakable('the lighter of formats at one quality')
  const format = choice?.by === 'size' ? 'smallest' : negotiated ? 'auto' : output.format
  const isDefault = format === 'smallest' ? target === defaultTarget : quality === defaultQuality
  return {
    ...(format === defaultFormat ? {} : { format }),
    ...(quality === undefined || isDefault ? {} : { quality }),
    ...(target === undefined || isDefault ? {} : { quality: autoQualityOf(target) }),
    ...(output.progressive === true ? { progressive: true } : {}),
    ...(isLossless ? { lossless: true } : {}),
    ...(output.maxBytes === undefined ? {} : { maxBytes: output.maxBytes }),
    ...(output.metadata === 'none' ? {} : { metadata: output.metadata }),
    ...(output.colorSpace === 'p3' ? { colorSpace: 'p3' } : {}),
    ...(output.density === undefined ? {} : { density: output.density }),
    ...(output.chroma === undefined ? {} : { chroma: output.chroma }),
    ...(output.palette === true ? { palette: true } : {}),
    ...(output.colors === undefined ? {} : { colors: output.colors }),
  }
}

function unspeakable(what: string): Problem {
  return problem('pipeline/invalid', { detail: `The signed payload has no words for ${what}.` })
}
