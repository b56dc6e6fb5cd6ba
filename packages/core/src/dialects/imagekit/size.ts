/**
 * `c`, `cm`, `w`, `h`, `ar`, `fo`, `x`, `y`, `xc`, `yc`, `z`: the resizing of one step, after ADR 9.
 *
 * | mode | here |
 * |---|---|
 * | c-maintain_ratio (default), c-force, c-at_least | resize cover; fill; outside |
 * | c-at_max, c-at_max_enlarge | resize inside, not enlarging; enlarging |
 * | cm-pad_resize | resize contain |
 * | cm-extract, cm-pad_extract | crop, cut off at the image's edges; and padded to the size |
 *
 * `fo-face` and `fo-dog` are `fo-auto`, what draws the eye, where there are no faces and no dogs.
 */
import { type Gravity, isSighting, type Label } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import type { SizeTerms } from '../size-terms.ts'
import { percent } from '../step-parameters.ts'
import { thingsNamed } from '../things.ts'
import type { Step } from './step.ts'
import { type Length, placeNamed, placeNames, readShareOf, readSide } from './values.ts'

export const crops = ['maintain_ratio', 'force', 'at_max', 'at_max_enlarge', 'at_least'] as const
export const cropModes = ['pad_resize', 'extract', 'pad_extract'] as const

interface Sides {
  readonly width?: Length
  readonly height?: Length
  readonly aspect?: string
}

type Mode = (typeof crops)[number] | (typeof cropModes)[number]
type Place = Gravity | 'attention' | 'faces' | 'focal-point' | { readonly labels: Label[] }

/** Operations of the step's resizing; none when it names no size. @throws Problem `request/invalid-parameter` */
export function readSize(step: Step, terms: SizeTerms): readonly OperationInput[] {
  const mode = readMode(step)
  const sides = readSides(step, terms)
  const place = readPlace(step)
  if (mode === 'extract' || mode === 'pad_extract') return extracted(step, { mode, sides, place, terms })
  const { width, height, aspect } = sides
  if (width === undefined && height === undefined) return []
  const isBoxed = aspect !== undefined || (width !== undefined && height !== undefined)
  switch (mode) {
    case 'force':
      return [{ op: 'resize', ...sides, fit: 'fill' }]
    case 'at_max':
    case 'at_max_enlarge':
      return [{ op: 'resize', ...sides, fit: 'inside', upscale: mode === 'at_max_enlarge' }]
    case 'at_least':
      return [{ op: 'resize', ...sides, fit: 'outside' }]
    case 'pad_resize': {
      const position = place === 'attention' || isSighting(place) ? 'center' : place
      if (!isBoxed) return [{ op: 'resize', ...sides }]
      return [{ op: 'resize', ...sides, fit: 'contain', position, ...terms.backdrop }]
    }
    case 'maintain_ratio':
      return isBoxed ? covered(step, sides, place) : [{ op: 'resize', ...sides }]
  }
}

/** `cm` beside the default that clients write anyway, unpic always. */
function readMode(step: Step): Mode {
  const crop = step.oneOf('c', crops)
  const mode = step.oneOf('cm', cropModes)
  if (mode !== undefined && crop !== undefined && crop !== 'maintain_ratio')
    throw step.invalid('cm', `cannot stand beside c-${crop}`)
  return mode ?? crop ?? 'maintain_ratio'
}

function readSides(step: Step, { dpr, autoWidth, isInitial }: SizeTerms): Sides {
  // `iw` is the side of the stored picture, which only the first resizing still has; `cw` is the current one.
  const own = (side: 'w' | 'h') => [...(isInitial ? [`i${side}`] : []), `c${side}`]
  const auto = step.glance('w') === 'auto' && step.text('w') !== undefined ? autoWidth : undefined
  const width = auto === undefined ? readSide(step, 'w', { dpr, wholes: own('w') }) : roundedUp(auto)
  const height = readSide(step, 'h', { dpr, wholes: own('h') })
  const aspect = readAspect(step)
  if (aspect !== undefined && (width === undefined) === (height === undefined))
    throw step.invalid('ar', 'needs one of w and h beside it')
  return {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(aspect === undefined ? {} : { aspect }),
  }
}

/** To a hundred, so that few widths are made. */
function roundedUp(width: number): number {
  return Math.ceil(width / 100) * 100
}

/** `4-3`. */
function readAspect(step: Step): string | undefined {
  const value = step.text('ar')
  if (value === undefined) return undefined
  const match = /^(\d{1,6}(?:\.\d{1,4})?)-(\d{1,6}(?:\.\d{1,4})?)$/.exec(value)
  if (match === null || Number(match[1]) === 0 || Number(match[2]) === 0)
    throw step.invalid('ar', 'must be like 4-3')
  return `${match[1]}:${match[2]}`
}

function readPlace(step: Step): Place {
  const value = step.text('fo')
  if (value === undefined) return 'focal-point'
  if (value === 'auto') return 'attention'
  if (value === 'face') return 'faces'
  const things = thingsNamed(value)
  const place = things === undefined ? placeNamed(value) : { labels: [...things] }
  if (place === undefined)
    throw step.invalid(
      'fo',
      `must be auto, face, one of ${placeNames.join(', ')}, or a thing of COCO such as dog or diningTable`,
    )
  return place
}

/** A cover; zoomed, it is first cut to a smaller box of its aspect. */
function covered(step: Step, sides: Sides, position: Place): readonly OperationInput[] {
  const zoom = step.number('z', { min: 1, max: 100 }) ?? 1
  const { width, height } = sides
  if (zoom === 1) return [{ op: 'resize', ...sides, fit: 'cover', position }]
  if (typeof width !== 'number' || typeof height !== 'number')
    throw step.invalid('z', 'needs w and h in pixels')
  return [
    { op: 'crop', aspect: `${width}:${height}`, position, zoom },
    { op: 'resize', width, height, fit: 'cover', position },
  ]
}

interface Extraction {
  readonly mode: 'extract' | 'pad_extract'
  readonly sides: Sides
  readonly place: Place
  readonly terms: SizeTerms
}

/** A box of the picture in its own size: at a place, from a corner (`x`, `y`), or around a point (`xc`, `yc`). */
function extracted(step: Step, { mode, sides, place, terms }: Extraction): readonly OperationInput[] {
  const { width, height } = sidesByAspect(step, sides)
  if (width === undefined && height === undefined) return []
  const [across, down] = [width ?? '100%', height ?? '100%']
  const box = { op: 'crop', width: across, height: down, outside: 'clip' } as const
  const [left, top] = [offsetIn(step, 'x', terms), offsetIn(step, 'y', terms)]
  const [centreX, centreY] = [readPixel(step, 'xc'), readPixel(step, 'yc')]
  const isCornered = left !== undefined || top !== undefined
  if ((centreX === undefined) !== (centreY === undefined)) throw step.invalid('xc', 'and yc need each other')
  if (isCornered && centreX !== undefined) throw step.invalid('xc', 'cannot stand beside x and y')
  const cut: OperationInput =
    centreX !== undefined && centreY !== undefined
      ? { ...box, position: { left: centreX, top: centreY } }
      : isCornered
        ? { ...box, position: 'top-left', offsetX: left ?? 0, offsetY: top ?? 0 }
        : { ...box, position: place }
  if (mode === 'extract') return [cut]
  if (typeof across !== 'number' || typeof down !== 'number')
    throw step.invalid('cm', 'pad_extract needs w and h in pixels')
  return [cut, { op: 'pad', width: across, height: down, ...terms.backdrop }]
}

function sidesByAspect(step: Step, { width, height, aspect }: Sides): Sides {
  if (aspect === undefined)
    return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }
  const [across = 1, down = 1] = aspect.split(':').map(Number)
  if (typeof width === 'number') return { width, height: Math.max(1, Math.round((width * down) / across)) }
  if (typeof height === 'number') return { width: Math.max(1, Math.round((height * across) / down)), height }
  throw step.invalid('ar', 'needs w or h in pixels when a box is extracted')
}

function offsetIn(step: Step, key: 'x' | 'y', { isInitial }: SizeTerms): Length | undefined {
  const value = step.glance(key)
  const share = isInitial && value !== undefined ? readShareOf(value, [key === 'x' ? 'iw' : 'ih']) : undefined
  if (share === undefined) return readPixel(step, key)
  step.text(key)
  return percent(share)
}

function readPixel(step: Step, key: 'x' | 'y' | 'xc' | 'yc'): number | undefined {
  const number = step.number(key, { min: 0, max: 1_000_000 })
  return number === undefined ? undefined : Math.round(number)
}
