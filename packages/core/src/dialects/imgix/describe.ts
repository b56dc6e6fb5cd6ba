/** The document of `fm=json`, under imgix's keys, as far as a header tells; with `faces=1` what models see. */
import { traitsOf } from '../../formats/formats.ts'
import { orientedSize, type Size } from '../../geometry/index.ts'
import type { Point, Seen, SeenFace } from '../../operations/seen.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { DialectDocument, DialectTarget, SourceFacts } from '../define.ts'

/** Density that imgix names where a file says none, pixels per inch. */
const usualDensity = 72

export function imgixDocument(
  facts: SourceFacts,
  _request: ImageRequest,
  _target: DialectTarget,
  seen?: Seen,
): DialectDocument {
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
      ...(seen === undefined
        ? {}
        : { Faces: seen.faces.map((face) => faceIn(orientedSize(facts, facts.orientation), face)) }),
    }),
  }
}

/** In pixels of the upright picture, from its top left; how sure it is in percent. */
function faceIn({ width, height }: Size, face: SeenFace) {
  const { leftEye, rightEye, mouth } = face.landmarks
  const at = ({ x, y }: Point) => ({ x: Math.round(x * width), y: Math.round(y * height) })
  return {
    bounds: {
      ...at({ x: face.left, y: face.top }),
      width: Math.round(face.width * width),
      height: Math.round(face.height * height),
    },
    mouth: at(mouth),
    left_eye: at(leftEye),
    right_eye: at(rightEye),
    confidence: Math.round(face.score * 100),
  }
}

const colorModels: Readonly<Record<string, string>> = {
  'b-w': 'Gray',
  grey16: 'Gray',
  cmyk: 'CMYK',
  lab: 'Lab',
}
