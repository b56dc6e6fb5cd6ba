/** What lies under transparent pixels has no colour of its own: models must not see a black one beside the picture. */
import { boxMeans } from './box-means.ts'
import { fullOf, type Pixels, samples } from './pixels.ts'

/** As far as a network looks from an edge and still draws by what it sees, px. */
const reach = 8

/** RGB of the picture; where it is transparent, the mean of what can be seen around, or mid-grey. */
export function withFilledHoles(pixels: Pixels): Pixels {
  const { data, width, height, channels } = pixels
  if (channels !== 4) return pixels
  const full = fullOf(data)
  const count = width * height
  const alpha = Float32Array.from({ length: count }, (_, at) => (data[at * 4 + 3] ?? 0) / full)
  const share = boxMeans(alpha, pixels, reach)
  const made = samples(data, count * 3)
  for (let channel = 0; channel < 3; channel++) {
    const weighed = alpha.map((weight, at) => weight * (data[at * 4 + channel] ?? 0))
    const around = boxMeans(weighed, pixels, reach)
    for (let at = 0; at < count; at++) {
      const seen = share[at] ?? 0
      const spread = seen > 0 ? (around[at] ?? 0) / seen : full / 2
      const own = (data[at * 4 + channel] ?? 0) * (alpha[at] ?? 0) + spread * (1 - (alpha[at] ?? 0))
      made[at * 3 + channel] = Math.min(full, own + 0.5)
    }
  }
  return { data: made, width, height, channels: 3 }
}
