/** Options about size and place, each read into the settings. */
import { isSighting } from '../../geometry/index.ts'
import type { Arguments } from './arguments.ts'
import { type GravityOption, readGravity } from './gravity.ts'
import type { Settings } from './settings.ts'

type Reader = (parts: Arguments, settings: Settings) => void

const side = { min: 0, max: 1_000_000 }
const types = ['fit', 'fill', 'fill-down', 'force', 'auto'] as const

export const geometryOptions = {
  resize(parts, settings) {
    parts.expect(1, 8)
    settings.resizingType = parts.oneOf(0, types) ?? settings.resizingType
    readSize(parts.from(1), settings)
  },
  size(parts, settings) {
    parts.expect(1, 7)
    readSize(parts, settings)
  },
  resizing_type(parts, settings) {
    parts.expect(1, 1)
    settings.resizingType = parts.oneOf(0, types) ?? settings.resizingType
  },
  resizing_algorithm(parts, settings) {
    parts.expect(1, 1)
    settings.kernel =
      parts.oneOf(0, ['nearest', 'linear', 'cubic', 'lanczos2', 'lanczos3']) ?? settings.kernel
  },
  width(parts, settings) {
    parts.expect(1, 1)
    settings.width = parts.integer(0, side) ?? 0
  },
  height(parts, settings) {
    parts.expect(1, 1)
    settings.height = parts.integer(0, side) ?? 0
  },
  'min-width'(parts, settings) {
    parts.expect(1, 1)
    settings.minWidth = parts.integer(0, side) ?? 0
  },
  'min-height'(parts, settings) {
    parts.expect(1, 1)
    settings.minHeight = parts.integer(0, side) ?? 0
  },
  zoom(parts, settings) {
    parts.expect(1, 2)
    const zoom = { min: 0.01, max: 100 }
    settings.zoomX = parts.number(0, zoom) ?? 1
    settings.zoomY = parts.number(1, zoom) ?? settings.zoomX
  },
  dpr(parts, settings) {
    parts.expect(1, 1)
    settings.dpr = parts.number(0, { min: 0.01, max: 10 }) ?? 1
  },
  enlarge(parts, settings) {
    parts.expect(1, 1)
    settings.enlarge = parts.flag(0) ?? false
  },
  extend(parts, settings) {
    settings.extend = readExtend(parts)
  },
  extend_aspect_ratio(parts, settings) {
    settings.extendAspect = readExtend(parts)
  },
  gravity(parts, settings) {
    settings.gravity = readGravity(parts)
  },
  crop(parts, settings) {
    parts.expect(1, 5)
    const [width, height] = [parts.number(0, side) ?? 0, parts.number(1, side) ?? 0]
    const place = parts.from(2)
    settings.crop = { width, height, gravity: place.isEmpty() ? undefined : readGravity(place) }
  },
  crop_aspect_ratio(parts, settings) {
    parts.expect(1, 2)
    const ratio = parts.number(0, { min: 0, max: 1_000 }) ?? 0
    settings.cropAspect = ratio === 0 ? undefined : { ratio, enlarge: parts.flag(1) ?? false }
  },
  trim(parts, settings) {
    parts.expect(1, 4)
    const threshold = parts.number(0, { min: 0, max: 255 })
    if (parts.flag(2) === true || parts.flag(3) === true)
      throw parts.invalid('cannot cut equally from opposite sides here')
    settings.trim = threshold === undefined ? undefined : { threshold, color: parts.color(1) }
  },
  padding(parts, settings) {
    parts.expect(1, 4)
    const top = parts.integer(0, side) ?? 0
    const right = parts.integer(1, side) ?? top
    const bottom = parts.integer(2, side) ?? top
    settings.padding = { top, right, bottom, left: parts.integer(3, side) ?? right }
  },
  auto_rotate(parts, settings) {
    parts.expect(1, 1)
    settings.autoRotate = parts.flag(0) ?? true
  },
  rotate(parts, settings) {
    parts.expect(1, 1)
    settings.rotate = Number(parts.oneOf(0, ['0', '90', '180', '270']) ?? 0) as Settings['rotate']
  },
  flip(parts, settings) {
    parts.expect(1, 2)
    settings.flop = parts.flag(0) ?? false
    settings.flip = parts.flag(1) ?? false
  },
} as const satisfies Readonly<Record<string, Reader>>

/** `width:height:enlarge:extend:gravity…`; what is empty stays as it was. */
function readSize(parts: Arguments, settings: Settings): void {
  settings.width = parts.integer(0, side) ?? settings.width
  settings.height = parts.integer(1, side) ?? settings.height
  settings.enlarge = parts.flag(2) ?? settings.enlarge
  if (parts.text(3) !== undefined) settings.extend = readExtend(parts.from(3))
}

function readExtend(parts: Arguments): GravityOption | undefined {
  parts.expect(1, 4)
  const place = parts.from(1)
  const gravity = place.isEmpty() ? undefined : readGravity(place)
  if (
    gravity !== undefined &&
    (typeof gravity.position !== 'string' || gravity.position === 'attention' || isSighting(gravity.position))
  )
    throw parts.invalid('must lie at a side, a corner or in the centre')
  if (gravity !== undefined && (gravity.x !== 0 || gravity.y !== 0))
    throw parts.invalid('cannot be moved from its place here: padding can')
  return parts.flag(0) === true ? (gravity ?? { position: 'center', x: 0, y: 0 }) : undefined
}
