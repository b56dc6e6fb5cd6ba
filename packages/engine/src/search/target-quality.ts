/**
 * Finds the lowest quality at which an encoding scores a target, by at most four measurements.
 *
 * A bisection of a fixed grid, then a straight line between the two neighbours it ends at: the same answer whenever
 * it is asked, whatever was known before. A hint from an earlier search may save measurements and never changes the
 * answer: it counts only when both neighbours lie clear of the target, so that no other crossing can exist where
 * scores rise up to a wobble smaller than the clearance.
 */
import type { Format } from '@fovea/core/model'

const least = 25
const most = 95
const step = 5
const last = (most - least) / step
/** How far from the target both neighbours of a hint must score. Codecs wobble by less. */
const clearance = 0.75
/** Where an encoder begins to keep the whole colour resolution: no line leads across. */
const jumps: Readonly<Partial<Record<Format, number>>> = { jpeg: 90, avif: 80, heif: 80 }

export interface FoundQuality {
  readonly quality: number
  readonly measurements: number
}

/**
 * @param plan.target score to reach, as `scoreAt` measures it
 * @param plan.hint quality that an earlier search of the same source ended with
 */
export async function findQuality(
  plan: { readonly format: Format; readonly target: number; readonly hint?: number | undefined },
  scoreAt: (quality: number) => Promise<number>,
): Promise<FoundQuality> {
  const { format, target, hint } = plan
  const known = new Map<number, number>()
  const scoreOf = async (index: number): Promise<number> => {
    const score = known.get(index) ?? (await scoreAt(qualityAt(index)))
    known.set(index, score)
    return score
  }
  const found = (high: number): FoundQuality => ({
    quality: settle({ format, target, high, below: known.get(high - 1), at: known.get(high) }),
    measurements: known.size,
  })
  if (hint !== undefined) {
    const index = Math.min(last, Math.max(0, Math.ceil((hint - least) / step)))
    const isReached = index === last || (await scoreOf(index)) >= target + clearance
    if (isReached && (index === 0 || (await scoreOf(index - 1)) < target - clearance)) return found(index)
  }
  let low = -1
  // The highest quality is the answer when nothing below it will do, and need not be measured.
  let high = last
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if ((await scoreOf(middle)) >= target) high = middle
    else low = middle
  }
  return found(high)
}

function qualityAt(index: number): number {
  return least + index * step
}

/** Between the neighbour that fails and the one that passes. */
function settle({
  format,
  target,
  high,
  below,
  at,
}: {
  readonly format: Format
  readonly target: number
  readonly high: number
  readonly below: number | undefined
  readonly at: number | undefined
}): number {
  const quality = qualityAt(high)
  const jump = jumps[format] ?? 0
  const isJump = quality - step < jump && jump <= quality
  if (below === undefined || at === undefined || isJump || at <= below) return quality
  return quality - step + Math.max(1, Math.ceil((step * (target - below)) / (at - below) - 1e-9))
}
