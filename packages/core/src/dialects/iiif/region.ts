/** `full`, `square`, `x,y,w,h` and `pct:x,y,w,h`. What reaches beyond the image is clipped. Source: Image API 3.0 §4.1 */
import type { OperationInput } from '../../operations/index.ts'
import { invalid } from './invalid.ts'
import { largestPixels, percent } from './number.ts'

const pixelForm = /^(\d{1,15}),(\d{1,15}),(\d{1,15}),(\d{1,15})$/
const number = String.raw`(\d{1,15}(?:\.\d{1,15})?)`
const percentForm = new RegExp(`^pct:${number},${number},${number},${number}$`)

/** @throws Problem `request/invalid-parameter` */
export function regionOf(text: string): readonly OperationInput[] {
  if (text === 'full') return []
  if (text === 'square') return [{ op: 'crop', aspect: '1:1' }]
  const pixels = pixelForm.exec(text)
  const match = pixels ?? percentForm.exec(text)
  if (match === null) {
    throw invalid('region', text, 'must be full, square, x,y,w,h in whole pixels or pct:x,y,w,h')
  }
  const [x = 0, y = 0, w = 0, h = 0] = match.slice(1).map(Number)
  if (w === 0 || h === 0) throw invalid('region', text, 'must have a width and a height above 0')
  const most = pixels === null ? 100 : largestPixels
  if (x >= most || y >= most) throw invalid('region', text, 'lies outside the image')
  const length = (value: number) => (pixels === null ? percent(value) : value)
  return [
    {
      op: 'crop',
      left: length(x),
      top: length(y),
      width: length(Math.min(w, most)),
      height: length(Math.min(h, most)),
      outside: 'clip',
    },
  ]
}
