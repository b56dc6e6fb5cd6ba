/**
 * What was seen, drawn over the picture in its own pixels. For the eye only: the list beside it says the same to everybody.
 */
import type { Size } from '@fovea/core/geometry/size'
import classes from './asset.module.css'
import type { Box, Sight } from './sights.ts'

export interface OverlayProps {
  readonly size: Size
  /** Pixels of the picture that one of the page is. */
  readonly scale: number
  readonly sights: readonly Sight[]
  /** Key of the one that is pointed at. */
  readonly highlighted: string | undefined
  readonly focalPoint: { readonly x: number; readonly y: number } | undefined
  readonly cut: Box | undefined
  onHover(key: string | undefined): void
}

/** On the page, px. */
const letters = 13
const dot = 3.5
const ring = 11

export function Overlay({ size, scale, sights, highlighted, focalPoint, cut, onHover }: OverlayProps) {
  const { width, height } = size
  return (
    <svg
      className={classes.overlay}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {cut !== undefined && <Cut cut={cut} size={size} />}
      {inOrder(sights).map((sight) => (
        <g
          key={sight.key}
          className={classes.sight}
          data-sight={sight.key}
          data-kind={sight.kind}
          data-highlighted={sight.key === highlighted || undefined}
          onPointerEnter={() => onHover(sight.key)}
          onPointerLeave={() => onHover(undefined)}
        >
          <rect {...placeOf(sight.box)} className={classes.halo} />
          <rect {...placeOf(sight.box)} className={classes.line} />
          {sight.points.map(({ x, y }) => (
            <circle key={`${x} ${y}`} cx={x} cy={y} r={dot * scale} className={classes.dot} />
          ))}
          <text {...labelPlace(sight, size, scale)} fontSize={letters * scale} strokeWidth={4 * scale}>
            {`${sight.name} ${Math.round(sight.score * 100)} %`}
          </text>
        </g>
      ))}
      {focalPoint !== undefined && (
        <g
          className={classes.focal}
          data-focal=""
          transform={`translate(${focalPoint.x * width} ${focalPoint.y * height}) scale(${scale})`}
        >
          <circle r={ring} className={classes.halo} />
          <circle r={ring} className={classes.line} />
          <circle r="2.5" className={classes.pupil} />
        </g>
      )}
    </svg>
  )
}

/** Faces last: they lie in people. */
function inOrder(sights: readonly Sight[]): readonly Sight[] {
  return [...sights].sort((a, b) => Number(a.kind === 'face') - Number(b.kind === 'face'))
}

/** Everything that a cut leaves away is dimmed. */
function Cut({ cut, size }: { readonly cut: Box; readonly size: Size }) {
  const { left, top, width, height } = cut
  const outside = `M0 0H${size.width}V${size.height}H0ZM${left} ${top}V${top + height}H${left + width}V${top}Z`
  return (
    <g data-cut="">
      <path d={outside} fillRule="evenodd" className={classes.outside} />
      <rect {...placeOf(cut)} className={classes.cut} />
    </g>
  )
}

function placeOf({ left, top, width, height }: Box) {
  return { x: left, y: top, width, height }
}

/**
 * Subjects above their box and faces below, so that a face in a person keeps both readable; inside where there is no
 * room. Never beyond the edges.
 */
function labelPlace({ kind, box }: Sight, size: Size, scale: number) {
  const { left, top, width, height } = box
  const line = (letters + 6) * scale
  const edge = 4 * scale
  const across =
    left > size.width * 0.75
      ? ({ x: Math.min(left + width, size.width - edge), textAnchor: 'end' } as const)
      : { x: Math.max(left, edge) }
  const above = { ...across, y: top - 7 * scale }
  const below = { ...across, y: top + height + line - edge }
  const inside = { ...across, y: top + line }
  const fitsAbove = top > line
  const fitsBelow = below.y < size.height
  if (kind === 'face') return fitsBelow ? below : fitsAbove ? above : inside
  return fitsAbove ? above : fitsBelow ? below : inside
}
