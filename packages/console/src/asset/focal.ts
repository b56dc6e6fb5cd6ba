/** A focal point, as shares of width and height, and how keys move it. */
export interface FocalPoint {
  readonly x: number
  readonly y: number
}

export const middle: FocalPoint = { x: 0.5, y: 0.5 }

const step = 0.01
const largeStep = 0.1

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** `undefined` for a key that moves nothing. */
export function moved({ x, y }: FocalPoint, key: string, isLarge: boolean): FocalPoint | undefined {
  const direction = directions[key]
  const by = isLarge ? largeStep : step
  return direction && inPicture({ x: x + direction[0] * by, y: y + direction[1] * by })
}

/** Not beyond the edges; as exact as the API's addresses. */
export function inPicture({ x, y }: FocalPoint): FocalPoint {
  const share = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000
  return { x: share(x), y: share(y) }
}

export function inWords({ x, y }: FocalPoint): string {
  return `${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top`
}
