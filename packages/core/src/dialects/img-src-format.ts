/**
 * Writes a request as an img-src URL: the inverse of `parse` for everything the form can say.
 *
 * Quality and fit are always spelled out, so the URL means the same picture in every project; a project's
 * default largest size still bounds a side the URL leaves open.
 */
import { traitsOf } from '../formats/formats.ts'
import { roundSide } from '../geometry/size.ts'
import type { Operation } from '../operations/index.ts'
import { type Problem, problem } from '../problem/index.ts'
import type { AssetRef, ImageRequest } from '../request/image-request.ts'
import type { AnalysisOutput, FormatChoice, ImageOutput } from '../request/output.ts'
import { autoQualityOf } from '../request/quality-target.ts'
import { canonicalResize, type Resize, roundFraction } from './canonical-resize.ts'
import { analysisPairs } from './img-src-analysis.ts'
import { deliveryExtensions, downloadName } from './img-src-extensions.ts'
import { dprs, maxSide, ratios, sharpenUnit } from './img-src-picture.ts'
import { encodeAssetPath, splitExtension } from './target-path.ts'

/** @throws Problem `pipeline/invalid` when the form has no words for the request */
export function formatImgSrc(request: ImageRequest): string {
  const { source, output, delivery } = request
  if (!request.decode.orient) throw unspeakable('decoding without the EXIF orientation')
  if (source.kind !== 'asset') throw unspeakable('an address of the web')
  if (source.match !== 'stem') throw unspeakable('an exact path')
  if (!source.path.isWellFormed()) throw unspeakable('a path that is not valid Unicode')
  if (output.kind === 'metadata') throw unspeakable('metadata as the result')
  const pairs =
    output.kind === 'image' ? imagePairs(request, source, output) : analysisRequestPairs(request, output)
  if (delivery.version !== undefined) pairs.push(`v=${delivery.version}`)
  if (delivery.unmarked === true) pairs.push('watermark=none')
  if (delivery.download !== undefined) {
    const own = delivery.download === downloadName(source.path, output)
    pairs.push(own ? 'download' : `download=${encodeURIComponent(delivery.download)}`)
  }
  const path = encodeAssetPath(source.path)
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

function imagePairs(request: ImageRequest, source: AssetRef, output: ImageOutput): string[] {
  const { delivery } = request
  if (output.choice !== undefined) return chosenPairs(request, output, output.choice)
  const traits = traitsOf(output.format)
  const named = deliveryExtensions.get(splitExtension(source.path).extension.toLowerCase())
  if (named !== undefined && named !== output.format) {
    throw unspeakable(`${output.format} under the extension of "${source.path}"`)
  }
  if (output.lossless === true || output.progressive === true)
    throw unspeakable('lossless or progressive output')
  if (output.chroma !== undefined || output.palette === true || output.colors !== undefined)
    throw unspeakable('chroma or palette options')
  if (output.metadata === 'all') throw unspeakable('all metadata')
  if (output.animated !== traits.animation) throw unspeakable('a still of an animation')
  if (delivery.originalIfExact) return []
  const pairs = [...pairsOf(request), ...(traits.lossy ? [qualityPair(output)] : []), ...filePairs(output)]
  // Something must be said, else the URL would mean the untouched original.
  return pairs.length === 0 ? ['rotate=auto'] : pairs
}

function chosenPairs(request: ImageRequest, output: ImageOutput, { by }: FormatChoice): string[] {
  if (output.lossless === true || output.progressive === true || !output.animated)
    throw unspeakable('these options of a format that is still open')
  if (output.metadata === 'all') throw unspeakable('all metadata')
  if (by === 'bytes') throw unspeakable('the lighter of formats at one quality')
  if (by === 'size' && output.quality !== undefined) throw unspeakable('a quality of the smallest file')
  return [
    ...pairsOf(request),
    `f=${by === 'size' ? 'smallest' : 'auto'}`,
    qualityPair(output),
    ...filePairs(output),
  ]
}

function qualityPair({ quality, target }: ImageOutput): string {
  if (target !== undefined && quality === undefined) return `q=${autoQualityOf(target)}`
  if (target !== undefined || quality === undefined) throw unspeakable('an unstated or bounded quality')
  return `q=${quality}`
}

function filePairs(output: ImageOutput): string[] {
  const pairs: string[] = []
  if (output.maxBytes !== undefined) pairs.push(`max-bytes=${output.maxBytes}`)
  if (output.metadata !== 'none') pairs.push(`metadata=${output.metadata}`)
  if (output.colorSpace === 'p3') pairs.push('color-space=p3')
  return pairs
}

function analysisRequestPairs(request: ImageRequest, output: AnalysisOutput): string[] {
  const pairs = analysisPairs(output)
  if (pairs === undefined) throw unspeakable('EXIF as the result')
  return [...pairsOf(request), ...pairs]
}

/** Picture parameters, in the order they act. Each operation is taken at its place in that order, once. */
function pairsOf(request: ImageRequest): string[] {
  const rest = [...request.pipeline]
  const take = <K extends Operation['op']>(op: K): Extract<Operation, { op: K }> | undefined =>
    rest[0]?.op === op ? (rest.shift() as Extract<Operation, { op: K }>) : undefined
  const pairs: string[] = []

  const rotate = take('rotate')
  if (rotate !== undefined) {
    if (![90, 180, 270].includes(rotate.angle)) throw unspeakable(`rotation by ${rotate.angle}°`)
    pairs.push(`rotate=${rotate.angle}`)
  }
  const flip = take('flip')
  const flop = take('flop')
  if (flip !== undefined || flop !== undefined)
    pairs.push(`flip=${flop === undefined ? 'v' : flip === undefined ? 'h' : 'both'}`)
  const crop = take('crop')
  const resize = crop === undefined ? take('resize') : undefined
  if (crop !== undefined) {
    const ratio = Object.entries(ratios).find(([, lowest]) => lowest === crop.aspect)?.[0]
    if (ratio === undefined || crop.zoom !== 1 || crop.aspectTo !== undefined || isMoved(crop))
      throw unspeakable('a crop other than to one of its ratios')
    pairs.push(`aspect=${ratio}`, 'fit=cover')
    if (crop.position !== 'focal-point') pairs.push(`crop=${placeName(crop.position)}`)
  }
  if (resize !== undefined) pairs.push(...sizePairs(resize))
  if (take('grayscale') !== undefined) pairs.push('grayscale=true')
  const blur = take('blur')
  if (blur !== undefined) {
    if (blur.width !== undefined) throw unspeakable('a blur of a part of the image')
    if (blur.sigma > 100 || roundFraction(blur.sigma) !== blur.sigma)
      throw unspeakable(`a blur of sigma ${blur.sigma}`)
    pairs.push(`blur=${blur.sigma}`)
  }
  const sharpen = take('sharpen')
  if (sharpen !== undefined) pairs.push(`sharpen=${sharpenStrength(sharpen)}`)
  if (rest[0] !== undefined) throw unspeakable(`the operation "${rest[0].op}" at this place`)
  return pairs
}

function sizePairs(resize: Resize): string[] {
  const { width, height } = resize
  if (typeof width === 'string' || typeof height === 'string') throw unspeakable('sides in percent')
  const plain = canonicalResize({ ...resize, width, height })
  if (JSON.stringify(plain) !== JSON.stringify({ ...plain, ...resize }) || !resize.downscale) {
    throw unspeakable('these resize options')
  }
  const fit = fitOf(resize)
  const sides = cssSides(width, height)
  return [
    ...(sides.width === undefined ? [] : [`w=${sides.width}`]),
    ...(sides.height === undefined ? [] : [`h=${sides.height}`]),
    ...(sides.dpr === '1' ? [] : [`dpr=${sides.dpr}`]),
    `fit=${fit}`,
    ...(resize.position === 'focal-point' ? [] : [`crop=${placeName(resize.position)}`]),
  ]
}

function isMoved({ offsetX, offsetY }: Extract<Operation, { op: 'crop' }>): boolean {
  return offsetX !== undefined || offsetY !== undefined
}

function placeName(position: Resize['position']): string {
  if (typeof position !== 'string') throw unspeakable('a focal point')
  return position
}

function fitOf(resize: Resize): 'cover' | 'contain' | 'fill' | 'scale-down' {
  const oneSided = resize.width === undefined || resize.height === undefined
  if (oneSided || resize.fit === 'inside') {
    if (!resize.upscale) return 'scale-down'
    return oneSided ? 'cover' : 'contain'
  }
  if ((resize.fit === 'cover' || resize.fit === 'fill') && resize.upscale) return resize.fit
  throw unspeakable(`fit "${resize.fit}" with upscale ${resize.upscale}`)
}

/** Sides up to 30 000 px are written as CSS pixels times the smallest `dpr` that gives exactly them. */
function cssSides(
  width: number | undefined,
  height: number | undefined,
): { width: number | undefined; height: number | undefined; dpr: string } {
  for (const dpr of dprs) {
    const css = (side: number | undefined) => {
      if (side === undefined) return undefined
      const near = Math.floor(side / Number(dpr))
      return [near, near + 1].find(
        (candidate) => candidate >= 1 && candidate <= maxSide && roundSide(candidate * Number(dpr)) === side,
      )
    }
    const sides = { width: css(width), height: css(height), dpr }
    if (
      (width === undefined) === (sides.width === undefined) &&
      (height === undefined) === (sides.height === undefined)
    ) {
      return sides
    }
  }
  throw unspeakable(`a box of ${width ?? 'auto'} × ${height ?? 'auto'}`)
}

function sharpenStrength(sharpen: Extract<Operation, { op: 'sharpen' }>): number {
  const strength = Math.floor(sharpen.flat * sharpenUnit * 100 + 0.5) / 100
  const exact =
    sharpen.sigma === 1 &&
    strength > 0 &&
    strength <= 100 &&
    roundFraction(strength / sharpenUnit) === sharpen.flat &&
    roundFraction(sharpen.flat * 2) === sharpen.jagged
  if (!exact) throw unspeakable('these sharpen options')
  return strength
}

function unspeakable(what: string): Problem {
  return problem('pipeline/invalid', { detail: `The img-src URL form has no words for ${what}.` })
}
