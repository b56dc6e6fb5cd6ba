/** Colours as sRGB 8-bit channels with straight alpha in 0–1 (sharp's own form). */
export interface Rgba {
  readonly r: number
  readonly g: number
  readonly b: number
  readonly alpha: number
}
