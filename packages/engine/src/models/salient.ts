/** Where a matte lies: a box for pictures in which no detector knows anything. */
import type { Matte } from '../pool/protocol.ts'
import type { Region } from './model.ts'

/** Fainter values are haze around the subject. */
const leastValue = 100
/** Part of the weight that may lie outside on each side. */
const trimmed = 0.02

/** The box of nearly all of the matte's weight; `undefined` when it is empty. */
export function salientRegion({ data, width, height }: Matte): Region | undefined {
  const columns = new Float64Array(width)
  const rows = new Float64Array(height)
  for (const [at, value] of data.entries()) {
    if (value < leastValue) continue
    columns[at % width] = (columns[at % width] ?? 0) + value
    const row = Math.floor(at / width)
    rows[row] = (rows[row] ?? 0) + value
  }
  const across = spanOf(columns)
  const down = spanOf(rows)
  if (across === undefined || down === undefined) return undefined
  return {
    left: across.from / width,
    top: down.from / height,
    width: (across.to - across.from) / width,
    height: (down.to - down.from) / height,
  }
}

/** From the first to behind the last place that counts. */
function spanOf(weights: Float64Array): { readonly from: number; readonly to: number } | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return undefined
  let sum = 0
  let from = 0
  let to = weights.length
  for (const [at, weight] of weights.entries()) {
    if (sum <= total * trimmed) from = at
    sum += weight
    if (sum <= total * (1 - trimmed)) to = at + 2
  }
  return { from, to: Math.min(to, weights.length) }
}
