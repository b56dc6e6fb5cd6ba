/** One image of the library: a thumbnail, its name and its size; leads to its page. */
import type { LibraryImage } from '@fovea/client/library'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { bytesInWords } from '../format/bytes.ts'
import { nameIn } from '../format/path.ts'
import { usePictures } from '../queries/pictures.ts'
import classes from './library.module.css'

/** CSS px; asked for at one, and for finer screens two, pixels each. */
const thumbnail = { w: 320, h: 240, fit: 'cover' } as const
const fine = { w: 640, h: 480, fit: 'cover' } as const

export interface CardProps {
  readonly project: string
  readonly image: LibraryImage
  readonly path: string
}

export function Card({ project, image, path }: CardProps) {
  const { id, visibility, altText, size, cdnUrl } = image
  const [once, twice] = usePictures(project, { path, visibility, cdnUrl }, [thumbnail, fine])
  const [isBroken, setBroken] = useState(false)
  const reason = isBroken || once?.isRefused === true ? 'No preview' : undefined
  return (
    <Link to="/p/$project/assets/$id" params={{ project, id }} className={classes.card}>
      <span className={classes.frame}>
        {reason !== undefined && <span className={classes.reason}>{reason}</span>}
        {reason === undefined && once?.url !== undefined && (
          <img
            src={once.url}
            srcSet={`${once.url} 1x, ${twice?.url ?? once.url} 2x`}
            width={thumbnail.w}
            height={thumbnail.h}
            alt={altText}
            loading="lazy"
            decoding="async"
            onError={() => setBroken(true)}
          />
        )}
      </span>
      <span className={classes.imageName}>{nameIn(path)}</span>
      <span className={classes.imageSize}>
        {bytesInWords(size)}
        {visibility === 'private' && ' · private'}
      </span>
    </Link>
  )
}
