/**
 * What was seen, drawn over the picture in its own pixels. For the eye only: the list beside it says the same to everybody.
 */
import type { Size } from '@fovea/core/geometry/size'
import classes from './asset.module.css'
import { labelPlaces, letters } from './labels.ts'
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
const dot = 3.5
const ring = 11

export function Overlay({ size, scale, sights, highlighted, focalPoint, cut, onHover }: OverlayProps) {
  const { width, height } = size
  const ordered = inOrder(sights)
  return (
    <svg
      className={classes.overlay}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {cut !== undefined && <Cut cut={cut} size={size} />}
      {ordered.map((sight) => (
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
        </g>
      ))}
      {labelPlaces(ordered, size, scale).map(({ key, text, x, y }) => (
        <text
          key={key}
          className={classes.label}
          data-kind={ordered.find((sight) => sight.key === key)?.kind}
          x={x}
          y={y}
          fontSize={letters * scale}
          strokeWidth={4 * scale}
        >
          {text}
        </text>
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
