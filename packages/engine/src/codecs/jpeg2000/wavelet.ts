/**
 * The inverse wavelet transforms, reversible 5/3 and irreversible 9/7, by lifting in place on interleaved samples.
 *
 * Rows are lifted one by one, columns all at once: a row is added to its neighbours as a whole, which the cache likes.
 * Source: ISO/IEC 15444-1 annex F
 */

/** Positions relative to the first sample; it may lie on an odd coordinate, where a high sample stands first. */
interface Span {
  readonly length: number
  readonly isOdd: boolean
}

const [alpha, beta, gamma, delta] = [
  -1.586134342059924, -0.052980118572961, 0.882911075530934, 0.443506852043971,
]
const scale = 1.230174104914001

/** Undoes one level in a picture whose bands stand interleaved, `width` samples a row. */
export function undoLevel(
  samples: Int32Array | Float32Array,
  width: number,
  height: number,
  { x0, y0 }: { readonly x0: number; readonly y0: number },
): void {
  const columns = { length: width, isOdd: (x0 & 1) === 1 }
  const rows = { length: height, isOdd: (y0 & 1) === 1 }
  if (samples instanceof Int32Array) {
    for (let row = 0; row < height; row++) lift53(samples, columns, { start: row * width, step: 1, count: 1 })
    lift53(samples, rows, { start: 0, step: width, count: width })
  } else {
    for (let row = 0; row < height; row++) lift97(samples, columns, { start: row * width, step: 1, count: 1 })
    lift97(samples, rows, { start: 0, step: width, count: width })
  }
}

/** Where the samples of a span stand: `count` beside each other, `step` to the next. */
interface Place {
  readonly start: number
  readonly step: number
  readonly count: number
}

function lift53(samples: Int32Array, { length, isOdd }: Span, { start, step, count }: Place): void {
  if (length === 1) {
    if (isOdd) for (let at = start; at < start + count; at++) samples[at] = (samples[at] ?? 0) >> 1
    return
  }
  for (const isHigh of [false, true]) {
    for (let index = isHigh === isOdd ? 0 : 1; index < length; index += 2) {
      const at = start + index * step
      const before = start + (index === 0 ? 1 : index - 1) * step
      const behind = start + (index === length - 1 ? index - 1 : index + 1) * step
      for (let offset = 0; offset < count; offset++) {
        const sum = (samples[before + offset] ?? 0) + (samples[behind + offset] ?? 0)
        samples[at + offset] = (samples[at + offset] ?? 0) + (isHigh ? sum >> 1 : -((sum + 2) >> 2))
      }
    }
  }
}

function lift97(samples: Float32Array, span: Span, place: Place): void {
  const { length, isOdd } = span
  const { start, step, count } = place
  if (length === 1) {
    if (isOdd) for (let at = start; at < start + count; at++) samples[at] = (samples[at] ?? 0) / 2
    return
  }
  for (let index = 0; index < length; index++) {
    const factor = (index & 1) === (isOdd ? 1 : 0) ? scale : 1 / scale
    const at = start + index * step
    for (let offset = 0; offset < count; offset++) samples[at + offset] = (samples[at + offset] ?? 0) * factor
  }
  subtract(samples, span, place, { isHigh: false, factor: delta })
  subtract(samples, span, place, { isHigh: true, factor: gamma })
  subtract(samples, span, place, { isHigh: false, factor: beta })
  subtract(samples, span, place, { isHigh: true, factor: alpha })
}

/** Takes a part of both neighbours from the low or the high samples; beyond the ends the span is mirrored. */
function subtract(
  samples: Float32Array,
  { length, isOdd }: Span,
  { start, step, count }: Place,
  { isHigh, factor }: { readonly isHigh: boolean; readonly factor: number },
): void {
  for (let index = isHigh === isOdd ? 0 : 1; index < length; index += 2) {
    const at = start + index * step
    const before = start + (index === 0 ? 1 : index - 1) * step
    const behind = start + (index === length - 1 ? index - 1 : index + 1) * step
    for (let offset = 0; offset < count; offset++) {
      samples[at + offset] =
        (samples[at + offset] ?? 0) -
        factor * ((samples[before + offset] ?? 0) + (samples[behind + offset] ?? 0))
    }
  }
}
