/** Raw pixels of one picture, and the ways between their shapes. */

/** sRGB, row-major, straight alpha; 8 or 16 bit per channel. */
export interface Pixels {
  readonly data: Samples
  readonly width: number
  readonly height: number
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4
}

export type Samples = Uint8Array | Uint16Array

/** The value of white and of opaque: 255 or 65 535. */
export function fullOf(data: Samples): number {
  return data instanceof Uint16Array ? 65_535 : 255
}

export function samples(like: Samples, length: number): Samples {
  return like instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length)
}

/** Samples of their own: `slice` of a Buffer would be the same memory. */
export function copyOf(data: Samples): Samples {
  const copy = samples(data, data.length)
  copy.set(data)
  return copy
}

/** The same picture with at least these channels; itself when it has them. New alpha is opaque. */
export function withChannels(pixels: Pixels, wanted: 3 | 4): Pixels {
  const { data, channels } = pixels
  if (channels >= wanted) return pixels
  const count = data.length / channels
  const wider = samples(data, count * wanted)
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2]
  const full = fullOf(data)
  for (let pixel = 0, from = 0, to = 0; pixel < count; pixel++, from += channels, to += wanted) {
    wider[to] = data[from] ?? 0
    wider[to + 1] = data[from + green] ?? 0
    wider[to + 2] = data[from + blue] ?? 0
    if (wanted === 4) wider[to + 3] = full
  }
  return { ...pixels, data: wider, channels: wanted }
}
