/** Sets the focal point by keys: arrows move it, Enter saves, Escape leaves it as it was. */
import { type KeyboardEvent, useEffect, useRef } from 'react'
import classes from './asset.module.css'
import { type FocalPoint, inWords, moved } from './focal.ts'

export interface CrossHairProps {
  readonly point: FocalPoint
  onMove(point: FocalPoint): void
  onSave(): void
  onCancel(): void
}

export function CrossHair({ point, onMove, onSave, onCancel }: CrossHairProps) {
  const self = useRef<HTMLButtonElement>(null)
  useEffect(() => self.current?.focus(), [])
  const press = (event: KeyboardEvent) => {
    const next = moved(point, event.key, event.shiftKey)
    if (next !== undefined) onMove(next)
    else if (event.key === 'Enter') onSave()
    else if (event.key === 'Escape') onCancel()
    else return
    event.preventDefault()
  }
  return (
    <button
      ref={self}
      type="button"
      className={classes.crossHair}
      style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
      aria-label={`Focal point, ${inWords(point)}`}
      aria-describedby="focal-keys"
      onKeyDown={press}
      // A click on it is one on the picture below, and moves it.
    />
  )
}
