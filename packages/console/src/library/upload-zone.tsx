/** Takes files that are dropped anywhere on the page. */
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import classes from './library.module.css'

export interface UploadZoneProps {
  readonly folder: string
  /** Absent for who may not upload. */
  readonly onFiles: ((files: readonly File[]) => void) | undefined
  readonly children: ReactNode
}

export function UploadZone({ folder, onFiles, children }: UploadZoneProps) {
  const [isOver, setOver] = useState(false)
  // Entering a child comes before leaving its parent.
  const depth = useRef(0)
  const move = (by: number) => (event: DragEvent) => {
    if (!hasFiles(event)) return
    depth.current += by
    setOver(depth.current > 0)
  }
  if (onFiles === undefined) return <div className={classes.zone}>{children}</div>
  const drop = (event: DragEvent) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    depth.current = 0
    setOver(false)
    onFiles([...event.dataTransfer.files])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button does the same for all
    <div
      className={classes.zone}
      onDragEnter={move(1)}
      onDragLeave={move(-1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {isOver && (
        <div className={classes.drop} aria-hidden="true">
          {folder === '' ? 'Drop to upload' : `Drop to upload into ${folder}`}
        </div>
      )}
    </div>
  )
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes('Files')
}
