/** What encoding takes, searches for a size or a look included. */
import { type Format, traitsOf } from '../formats/index.ts'
import type { Frame } from '../operations/index.ts'
import type { ImageOutput } from '../request/output.ts'
import {
  avifMaxPixels,
  avifSmall,
  avifSmallPixels,
  encodesPerSearch,
  encoding,
  encodingLossless,
  mostScoredPixels,
  pixelsOf,
  type Rate,
  scoring,
  searching,
  times,
  trialsPerTarget,
  unknownFormat,
} from './cost-rates.ts'

/** Searches keep the pixels, and encode them, a part of them or smaller ones again and again. */
export function encodingCost(output: ImageOutput, frame: Frame): Rate {
  if (output.choice === undefined || output.choice.by === 'content') return oneFormatCost(output, frame)
  const tried = output.choice.among.filter((format) => traitsOf(format).lossy)
  const costs = tried.map((format) => oneFormatCost({ ...output, format }, frame))
  return {
    bytes: Math.max(0, ...costs.map(({ bytes }) => bytes)),
    ms: costs.reduce((sum, { ms }) => sum + ms, 0),
  }
}

function oneFormatCost(output: ImageOutput, frame: Frame): Rate {
  const once = times(encodingRate(output, frame), encodedPixels(output, frame))
  const { choice, target, maxBytes } = output
  if (choice === undefined && target === undefined && maxBytes === undefined) return once
  const held = times(searching, pixelsOf(frame))
  let { bytes, ms } = { bytes: once.bytes + held.bytes, ms: once.ms + held.ms }
  if (target !== undefined) {
    const part = Math.min(mostScoredPixels, pixelsOf(frame))
    const scored = times(scoring, part)
    ms += (trialsPerTarget + 1) * scored.ms + trialsPerTarget * times(encodingRate(output, frame), part).ms
    bytes += scored.bytes
  }
  if (maxBytes !== undefined) ms += (encodesPerSearch - 1) * once.ms
  return { bytes, ms }
}

function encodingRate({ format, lossless }: ImageOutput, frame: Frame): Rate {
  const rate = (lossless ? encodingLossless[format] : undefined) ?? encoding[format] ?? unknownFormat
  return isAv1(format) && !lossless && pixelsOf(frame) <= avifSmallPixels ? avifSmall : rate
}

function encodedPixels({ format }: ImageOutput, frame: Frame): number {
  return isAv1(format) ? Math.min(pixelsOf(frame), avifMaxPixels) : pixelsOf(frame)
}

function isAv1(format: Format): boolean {
  return format === 'avif' || format === 'heif'
}
