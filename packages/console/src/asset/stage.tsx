/**
 * The picture, as large as the page allows, and what is drawn over it. The box around both has the picture's own
 * proportions, so that what is drawn lies where it is in the picture at every size.
 */
import type { Size } from '@fovea/core/geometry/size'
import { useElementSize } from '@mantine/hooks'
import { type CSSProperties, type MouseEvent, type ReactNode, useState } from 'react'
import { type Shown, usePictures } from '../queries/pictures.ts'
import classes from './asset.module.css'
import type { FocalPoint } from './focal.ts'

/** Widths that browsers choose from, px. */
const widths = [480, 800, 1200, 1800, 2600] as const

export interface StageProps {
  readonly project: string
  readonly image: Shown & Size & { readonly altText: string }
  /** What is drawn; told how many pixels of the picture one of the page is. */
  children(pixelsPerPixel: number): ReactNode
  /** Somebody points at a place of the picture. */
  readonly onPoint?: ((point: FocalPoint) => void) | undefined
}

export function Stage({ project, image, children, onPoint }: StageProps) {
  const { ref, width: shownWidth } = useElementSize<HTMLDivElement>()
  const [isBroken, setBroken] = useState(false)
  const { width, height, altText } = image
  const offered = widths.filter((each) => each < width)
  const sizes = [...offered, Math.min(width, widths.at(-1) ?? width)].map((w) => ({ w }))
  const pictures = usePictures(project, image, sizes)
  const known = pictures.flatMap(({ url }, index) =>
    url === undefined ? [] : [`${url} ${sizes[index]?.w}w`],
  )
  const middle = pictures[Math.min(2, pictures.length - 1)]?.url
  const point = ({ currentTarget, clientX, clientY }: MouseEvent) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect()
    onPoint?.({ x: (clientX - left) / width, y: (clientY - top) / height })
  }
  const refused = pictures.some(({ isRefused }) => isRefused)
    ? 'This picture is private. It is shown to editors, over https.'
    : undefined
  const reason = isBroken ? 'This picture cannot be shown.' : refused
  return (
    <div className={classes.well}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the cross-hair over it does the same by keys */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the same */}
      <div
        ref={ref}
        className={classes.stage}
        style={{ '--ratio': width / height, '--natural': `${width}px` } as CSSProperties}
        data-picks={onPoint === undefined ? undefined : true}
        onClick={onPoint === undefined ? undefined : point}
      >
        {reason !== undefined && <p className={classes.reason}>{reason}</p>}
        {reason === undefined && middle !== undefined && (
          <img
            src={middle}
            srcSet={known.join(', ')}
            sizes="(max-width: 62rem) 94vw, 60vw"
            width={width}
            height={height}
            alt={altText}
            onError={() => setBroken(true)}
          />
        )}
        {shownWidth > 0 && children(width / shownWidth)}
      </div>
    </div>
  )
}
