/** The document of `fm=json`, under imgix's keys, as far as a header tells. */
import { traitsOf } from '../../formats/formats.ts'
import type { DialectDocument, SourceFacts } from '../define.ts'

/** Density that imgix names where a file says none, pixels per inch. */
const usualDensity = 72

export function imgixDocument(facts: SourceFacts): DialectDocument {
  const density = facts.density ?? usualDensity
  return {
    contentType: 'application/json',
    body: JSON.stringify({
      ColorModel: colorModels[facts.space] ?? 'RGB',
      Depth: facts.depth ?? 8,
      PixelWidth: facts.width,
      PixelHeight: facts.height,
      DPIWidth: density,
      DPIHeight: density,
      Orientation: facts.orientation,
      'Content-Type': traitsOf(facts.format).mime,
      'Content-Length': String(facts.sizeBytes),
    }),
  }
}

const colorModels: Readonly<Record<string, string>> = {
  'b-w': 'Gray',
  grey16: 'Gray',
  cmyk: 'CMYK',
  lab: 'Lab',
}
