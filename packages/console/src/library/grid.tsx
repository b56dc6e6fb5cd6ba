/**
 * Thumbnails in as many columns as the page has room for. Only rows near what is seen are in the document, so a folder
 * may hold any number of images; coming near the end asks for more.
 */
import type { LibraryImage } from '@fovea/client/library'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect } from 'react'
import { folderOf } from '../format/path.ts'
import { Card } from './card.tsx'
import classes from './library.module.css'
import { useListPlace } from './use-list-place.ts'

/** px */
const narrowestColumn = 200
const narrowestOnPhones = 150
const gap = 20
/** Below a thumbnail: name and size, px. */
const captionHeight = 66

export interface GridProps {
  readonly project: string
  /** Of an image with several paths the one in it is meant. */
  readonly folder?: string
  readonly images: readonly LibraryImage[]
  onEnd?(): void
}

export function Grid({ project, folder, images, onEnd }: GridProps) {
  const { ref, width, top } = useListPlace()
  const narrowest = width < 500 ? narrowestOnPhones : narrowestColumn
  const columns = Math.max(1, Math.floor((width + gap) / (narrowest + gap)))
  const columnWidth = (width - gap * (columns - 1)) / columns
  const rowHeight = Math.round(columnWidth * 0.75) + captionHeight
  const rows = Math.ceil(images.length / columns)
  const virtual = useWindowVirtualizer({
    count: width === 0 ? 0 : rows,
    estimateSize: () => rowHeight,
    gap,
    overscan: 3,
    scrollMargin: top,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width makes other rows
  useEffect(() => virtual.measure(), [virtual, rowHeight])
  const visible = virtual.getVirtualItems()
  const isAtEnd = visible.length > 0 && visible.at(-1)?.index === rows - 1
  useEffect(() => {
    if (isAtEnd) onEnd?.()
  }, [isAtEnd, onEnd])
  return (
    <ul ref={ref} className={classes.grid} aria-label="Pictures" style={{ height: virtual.getTotalSize() }}>
      {visible.flatMap(({ index: row, start }) =>
        images.slice(row * columns, (row + 1) * columns).map((image, column) => (
          <li
            key={image.id}
            aria-setsize={images.length}
            aria-posinset={row * columns + column + 1}
            style={{
              top: start - virtual.options.scrollMargin,
              left: column * (columnWidth + gap),
              width: columnWidth,
              height: rowHeight,
            }}
          >
            <Card project={project} image={image} path={pathIn(image, folder)} />
          </li>
        )),
      )}
    </ul>
  )
}

function pathIn({ paths }: LibraryImage, folder: string | undefined): string {
  return paths.find((path) => folderOf(path) === folder) ?? paths[0] ?? ''
}
