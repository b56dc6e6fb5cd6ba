/** Multiplies alpha with what another picture shows. */
import { copyOf, fullOf, type Pixels, withChannels } from './pixels.ts'

export interface Stencil {
  /** Luminance counts times alpha: what is transparent shows nothing. */
  readonly channel: 'alpha' | 'luminance'
  readonly isInverted: boolean
}

/**
 * The picture with its alpha times the mask, which has its size.
 * Source of the weights: CSS Masking 1 §8.1 (`mask-type: luminance`), on sRGB values
 */
export function stencil(pixels: Pixels, mask: Pixels, { channel, isInverted }: Stencil): Pixels {
  const ready = withChannels(pixels, 4)
  const data = copyOf(ready.data)
  const { data: shown, channels } = mask
  const full = fullOf(shown)
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2]
  for (let at = 3, from = 0; at < data.length; at += 4, from += channels) {
    let share = channels === 4 ? (shown[from + 3] ?? 0) / full : 1
    if (channel === 'luminance') {
      const r = shown[from] ?? 0
      const g = shown[from + green] ?? 0
      const b = shown[from + blue] ?? 0
      share *= (0.2125 * r + 0.7154 * g + 0.0721 * b) / full
    }
    data[at] = (data[at] ?? 0) * (isInverted ? 1 - share : share) + 0.5
  }
  return { ...ready, data }
}
