/**
 * sharp's errors as Problems. sharp has no error codes, so texts are all there is; the test beside pins them.
 *
 * A failure while reading a source is the source's fault unless the text says otherwise: decoders have hundreds of
 * messages, and a stranger's bytes must never become a 500. A failure over our own pixels is a bug of ours.
 */
import { Problem, problem } from '@fovea/core/model'

export type RunInput = 'source' | 'raster'

interface Pattern {
  readonly text: RegExp
  toProblem(match: RegExpMatchArray, cause: unknown): Problem
}

const patterns: readonly Pattern[] = [
  {
    text: /exceeds pixel limit/,
    toProblem: (_match, cause) => problem('source/too-many-pixels', { cause }),
  },
  {
    text: /Processed image is too large for the (\w+) format/,
    toProblem: (match, cause) =>
      problem('operation/too-large', { detail: `The result is larger than ${match[1]} can hold.`, cause }),
  },
  {
    text: /SVG image (?:will exceed|exceeds) 32767x32767 pixel limit/,
    toProblem: (_match, cause) =>
      problem('operation/too-large', { detail: 'An SVG is rasterised up to 32767 pixels a side.', cause }),
  },
  {
    text: /out of memory|Could not allocate enough memory/,
    toProblem: (_match, cause) =>
      problem('source/undecodable', {
        detail: 'The image needs more memory than a decoding process may have.',
        cause,
      }),
  },
  {
    text: /Input file is missing/,
    toProblem: (_match, cause) => problem('storage/failed', { detail: 'The stored file is gone.', cause }),
  },
]

/** The Problem for what sharp threw; errors that are no fault of the source come back as they are. */
export function fromSharp(error: unknown, input: RunInput): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error
  for (const { text, toProblem } of patterns) {
    const match = text.exec(error.message)
    if (match !== null) return toProblem(match, error)
  }
  if (input === 'raster') return error
  return problem('source/undecodable', {
    detail: `The image cannot be decoded: ${reason(error.message)}.`,
    cause: error,
  })
}

/** Awaits a sharp run, turning its errors into Problems. */
export async function running<T>(result: Promise<T>, input: RunInput): Promise<T> {
  try {
    return await result
  } catch (error) {
    throw fromSharp(error, input)
  }
}

/** What sharp and libvips say beside the reason, or instead of one. */
const noise =
  /^(?:Input (?:file|buffer) has corrupt header:|vips2\w+: unable to write to target \w+|Unknown error|VipsJpeg: |\s)+/

/** The decoder's reason in one line for a client: no paths, no control characters, bounded. */
function reason(message: string): string {
  const lines = message.split('\n').map((line) => line.replace(noise, '').trim())
  const line = lines.find((text) => text !== '') ?? 'the data are damaged or incomplete'
  const plain = line
    .replace(/\/\S+/g, 'the file')
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/\.$/, '')
  return plain.length > 160 ? `${plain.slice(0, 160)}…` : plain
}
