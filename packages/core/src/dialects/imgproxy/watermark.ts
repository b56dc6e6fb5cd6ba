/**
 * `watermark` and what it shows: the picture of `watermark_url`, or the text of `watermark_text`.
 *
 * Where imgproxy has one picture for all, set by its operator, a preset named `default` names it here.
 */
import type { OperationInput, PictureRef } from '../../operations/index.ts'
import { problem } from '../../problem/index.ts'
import { percent } from '../step-parameters.ts'
import { textShift } from '../text-shift.ts'
import { offsetOf, placeOf } from './gravity.ts'
import type { Settings, Watermark } from './settings.ts'
import { sourceNamed } from './source.ts'

/** @throws Problem `request/invalid-parameter` */
export function marking(settings: Settings): readonly OperationInput[] {
  const { watermark, watermarkText, watermarkUrl } = settings
  if (watermark === undefined) return []
  if (watermarkText !== undefined) return [written(watermarkText, watermark, settings)]
  if (watermarkUrl !== undefined) return [laid(pictureNamed(watermarkUrl), watermark, settings)]
  throw problem('request/invalid-parameter', {
    detail:
      'The processing option "watermark" needs watermark_url or watermark_text, in the URL or in the preset "default".',
    members: { parameter: 'watermark' },
  })
}

function pictureNamed(text: string): PictureRef {
  const source = sourceNamed(text)
  if (source.kind === 'url') return { url: source.url }
  if (source.origin === undefined) return { asset: source.path }
  throw problem('request/invalid-parameter', {
    detail: 'A watermark is a picture of the project or of the web: local:/// or http(s)://.',
    members: { parameter: 'watermark_url' },
  })
}

function laid(picture: PictureRef, watermark: Watermark, settings: Settings): OperationInput {
  const { opacity, place, x, y } = watermark
  const { watermarkAngle, dpr } = settings
  const common = { op: 'overlay', picture, opacity, ...sizeOf(watermark, settings) } as const
  const turned = watermarkAngle === 0 ? {} : { rotation: watermarkAngle }
  if (place === 'repeated')
    return { ...common, ...turned, tile: true, spacing: Math.max(0, Math.round(x * dpr)) }
  return {
    ...common,
    ...turned,
    position: placeOf(place),
    ...(x === 0 ? {} : { x: offsetOf(x, dpr) }),
    ...(y === 0 ? {} : { y: offsetOf(y, dpr) }),
  }
}

/** `watermark_size` wins over the share of the image. */
function sizeOf({ scale }: Watermark, { watermarkWidth: width, watermarkHeight: height, dpr }: Settings) {
  const inside = { fit: 'inside' as const }
  if (width > 0 || height > 0) {
    return {
      ...inside,
      ...(width === 0 ? {} : { width: Math.max(1, Math.round(width * dpr)) }),
      ...(height === 0 ? {} : { height: Math.max(1, Math.round(height * dpr)) }),
    }
  }
  return scale === 0 ? {} : { ...inside, width: percent(scale), height: percent(scale) }
}

/** Size of a text that has no share of the image, pixels. */
const usualSize = 24

function written(text: string, watermark: Watermark, settings: Settings): OperationInput {
  const { opacity, place, x, y, scale } = watermark
  const { watermarkAngle, watermarkWidth, watermarkHeight, dpr } = settings
  if (watermarkWidth > 0 || watermarkHeight > 0) {
    throw problem('request/invalid-parameter', {
      detail: 'The processing option "watermark_size" is for pictures; a text has the scale of watermark.',
      members: { parameter: 'watermark_size' },
    })
  }
  const sized =
    scale === 0
      ? { fontSize: Math.max(1, Math.round(usualSize * dpr)) }
      : { fit: 'max' as const, maxWidth: percent(scale), maxHeight: percent(scale) }
  const common = { op: 'text', text, opacity, ...sized, wrap: false, color: '#000000ff', padding: 0 } as const
  const turned = watermarkAngle === 0 ? {} : { angle: watermarkAngle }
  if (place === 'repeated')
    return { ...common, ...turned, repeat: true, gap: Math.max(0, Math.round(x * dpr)) }
  const position = placeOf(place)
  return {
    ...common,
    ...turned,
    position,
    ...(x === 0 ? {} : { x: textShift(offsetOf(x, dpr), position.endsWith('right')) }),
    ...(y === 0 ? {} : { y: textShift(offsetOf(y, dpr), position.startsWith('bottom')) }),
  }
}
