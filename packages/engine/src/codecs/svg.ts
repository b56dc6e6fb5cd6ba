/** SVG, plain or gzipped; rasterised, never passed through. What is done to the text stands in `svg-document.ts`. */
import type { Codec } from './codec.ts'
import { looksLikeSvg, readSvgDocument } from './svg-document.ts'

export const svg: Codec = {
  format: 'svg',
  sniff: looksLikeSvg,
  prepare: { isNeeded: () => true, apply: readSvgDocument },
  loaders: ['VipsForeignLoadSvg'],
  sharpFormat: 'svg',
  shrinksOnLoad: true,
  holds16Bit: false,
}
