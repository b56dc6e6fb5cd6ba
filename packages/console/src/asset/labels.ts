/** Where the name of each box stands over a picture: near its box, within the picture, and not upon another name. */
import type { Size } from '@fovea/core/geometry/size'
import type { Sight } from './sights.ts'

/** Height of letters on the page, px. */
export const letters = 13

/** In pixels of the picture; `y` is where the letters stand. */
export interface LabelPlace {
  readonly key: string
  readonly text: string
  readonly x: number
  readonly y: number
}

interface Taken {
  readonly left: number
  readonly right: number
  readonly y: number
}

/**
 * Subjects above their box and faces below, so that a face in a person keeps both readable; else where there is room, and
 * upon another only where there is none.
 * @param scale pixels of the picture that one of the page is
 */
export function labelPlaces(sights: readonly Sight[], size: Size, scale: number): readonly LabelPlace[] {
  const taken: Taken[] = []
  return sights.map(({ key, kind, name, score, box }) => {
    const text = `${name} ${Math.round(score * 100)} %`
    const line = (letters + 6) * scale
    // Letters are about six tenths as wide as they are high.
    const width = text.length * letters * 0.6 * scale
    const x = Math.max(4 * scale, Math.min(box.left, size.width - width))
    const bottom = box.top + box.height
    const above = box.top - 7 * scale
    const below = bottom + line - 4 * scale
    const inside = [box.top + line, bottom - 7 * scale]
    const wanted = kind === 'face' ? [below, above, ...inside] : [above, below, ...inside]
    const fitting = wanted.filter((y) => y > letters * scale && y < size.height)
    const isFree = (y: number) =>
      taken.every((other) => other.right < x || other.left > x + width || Math.abs(other.y - y) >= line)
    const y = fitting.find(isFree) ?? fitting[0] ?? box.top + line
    taken.push({ left: x, right: x + width, y })
    return { key, text, x, y }
  })
}
