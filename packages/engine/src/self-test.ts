/**
 * Proves each codec by a real picture: what `fovea doctor` prints. A codec that is listed and does not work is the
 * fault of an installation (a missing platform package, an operating system too old), found here and not by a user.
 */
import { defaultLimits, type Format, formats, type ImageOutput } from '@fovea/core'
import { loadLibheif } from './codecs/heif.ts'
import { codecs } from './codecs/index.ts'
import { sampleColours, sampleOf } from './codecs/samples.ts'
import { engineRevision } from './revision.ts'
import { run } from './run.ts'
import { sharp } from './sharp/setup.ts'

export interface CodecProof {
  readonly format: Format
  /** A picture of this format was decoded and had the right colours. */
  readonly decodes: boolean
  /** A picture was encoded in this format and decoded again with the right colours; absent when we only read it. */
  readonly encodes?: boolean
  /** What went wrong, for the operator. */
  readonly error?: string
}

export interface SelfTest {
  readonly isOk: boolean
  readonly revision: string
  /** sharp's and the bundled libraries' versions by name. */
  readonly versions: Readonly<Record<string, string>>
  readonly codecs: readonly CodecProof[]
}

const side = 32
const { left, right } = sampleColours
/** Largest difference of a channel, 0–255: chroma subsampling and low-effort AV1 stay far below. */
const tolerance = 24

/** Encodes and decodes a small picture in every format. Never throws; takes about a tenth of a second. */
export async function selfTest(): Promise<SelfTest> {
  const proofs: CodecProof[] = []
  for (const { format } of codecs) proofs.push(await prove(format))
  return {
    isOk: proofs.every(({ decodes, encodes }) => decodes && encodes !== false),
    revision: engineRevision,
    versions: versionsOf(sharp.versions),
    codecs: proofs,
  }
}

async function prove(format: Format): Promise<CodecProof> {
  const { encode } = formats[format]
  try {
    // No HEVC picture can be made here; that its decoder starts is what can be proved besides the AV1 in HEIF.
    if (format === 'heif') loadLibheif()
    const file = encode ? await convert(svgPicture(), format) : (sampleOf(format, side) ?? svgPicture())
    const difference = await distance(await convert(file, 'png'))
    if (difference <= tolerance) return { format, decodes: true, ...(encode ? { encodes: true } : {}) }
    return failed(format, `colours are off by ${difference}`)
  } catch (error) {
    return failed(format, error instanceof Error ? error.message : String(error))
  }
}

function failed(format: Format, error: string): CodecProof {
  return { format, decodes: false, ...(formats[format].encode ? { encodes: false } : {}), error }
}

async function convert(bytes: Uint8Array, format: Format): Promise<Uint8Array> {
  const output: ImageOutput = { kind: 'image', format, quality: 90, metadata: 'none', animated: false }
  const { outputs } = await run({
    kind: 'run',
    source: { bytes },
    decode: { orient: true },
    outputs: [{ pipeline: [], output }],
    limits: defaultLimits,
  })
  return outputs[0]?.bytes ?? new Uint8Array()
}

/** Largest difference between the middles of the halves and the colours that were drawn. */
async function distance(png: Uint8Array): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number) =>
    [...data.subarray((side / 2) * side * info.channels + x * info.channels)].slice(0, 3)
  const off = (pixel: readonly number[], colour: readonly number[]) =>
    Math.max(...colour.map((value, channel) => Math.abs(value - (pixel[channel] ?? 0))))
  return Math.max(off(at(side / 4), left), off(at((3 * side) / 4), right))
}

function svgPicture(): Uint8Array {
  const half = (x: number, colour: readonly number[]) =>
    `<rect x="${x}" width="${side / 2}" height="${side}" fill="rgb(${colour.join()})"/>`
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${half(0, left)}${half(side / 2, right)}</svg>`,
  )
}

function versionsOf(versions: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, String(version)]))
}
