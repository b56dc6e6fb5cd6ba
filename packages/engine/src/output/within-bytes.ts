/**
 * Encodes within a byte budget: the pipeline's pixels are made once, every try is an encoding of them.
 *
 * Metadata and container count, because whole files are measured.
 */
import { type ImageOutput, problem, type Step, traitsOf } from '@fovea/core/model'
import { encode } from '../encode.ts'
import { execute } from '../execute.ts'
import type { Image, Raster } from '../image.ts'
import type { Encoded } from '../pool/protocol.ts'
import { type Attempt, fitBytes, leastSide } from '../search/fit-bytes.ts'

/**
 * Below this, a smaller picture looks better than a lower quality: blocks and smears instead of lost detail.
 * Formats that are not named have the last one's.
 */
const floors: Readonly<Record<string, number>> = { jpeg: 30, webp: 25, avif: 25, jxl: 30 }
const otherFloor = 30
/** What a search may take when the request says no quality. */
const defaultCeiling = 90

/**
 * @throws Problem `operation/impossible` when even the smallest picture is over the budget
 */
export async function encodeWithin(
  image: Image,
  steps: readonly Step[],
  output: ImageOutput & { readonly maxBytes: number },
): Promise<Encoded> {
  const raster = await execute(steps, image)
  const { maxBytes, format } = output
  const found = await fitBytes<Encoded>({
    maxBytes,
    format,
    width: raster.width,
    height: raster.height,
    pages: raster.pages,
    quality: qualities(output),
    encode: async (attempt) => {
      const quality = attempt.quality === undefined ? {} : { quality: attempt.quality }
      return encode(raster, resizing(raster, attempt), { ...output, ...quality })
    },
  })
  const { attempt, trial, encodes, fits } = found
  if (!fits) {
    throw problem('operation/impossible', {
      detail:
        `The picture does not fit into ${maxBytes} bytes as ${format}: at ${trial.width}×${trial.height} px` +
        `${attempt.quality === undefined ? '' : ` and quality ${attempt.quality}`} it has ${trial.bytes.length}, ` +
        `and it is not made smaller than ${leastSide} px on its longer side.`,
      members: { maxBytes, smallestBytes: trial.bytes.length, width: trial.width, height: trial.height },
    })
  }
  return { ...trial, encodes, ...(attempt.quality === undefined ? {} : { quality: attempt.quality }) }
}

function qualities({
  format,
  lossless,
  quality,
}: ImageOutput): { floor: number; ceiling: number } | undefined {
  if (!traitsOf(format).lossy || lossless === true) return undefined
  const ceiling = quality ?? defaultCeiling
  return { floor: Math.min(floors[format] ?? otherFloor, ceiling), ceiling }
}

function resizing(raster: Raster, { width, height }: Attempt): readonly Step[] {
  if (width === raster.width && height === raster.height) return []
  return [{ step: 'resize', width, height, kernel: 'lanczos3' }]
}
