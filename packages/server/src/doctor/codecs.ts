/**
 * Proves every codec by work: a picture is written in each format and read back, in a real sandboxed child, through
 * the door that delivery uses.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import {
  defaultLimits,
  type Format,
  formats,
  type ImageOutput,
  type OperationInput,
  parsePipeline,
  traitsOf,
} from '@fovea/core'
import { hevcSample, sampleOf } from '@fovea/engine/codecs/samples'
import { fontPackages } from '@fovea/engine/fonts'
import { createPool, type EnginePool, type MadeOutput } from '@fovea/engine/pool'
import type { Config } from '../config.ts'
import { type Finding, found } from './finding.ts'

const side = 96
/** Largest difference of a mean colour that a lossy format may make, of 255. */
const tolerance = 4

/** A gradient with a disc: smooth and sharp parts. Formats we only read start from here too. */
const picture = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><defs><linearGradient id="g">` +
    '<stop stop-color="#e2542c"/><stop offset="1" stop-color="#1f6f8b"/></linearGradient></defs>' +
    '<rect width="96" height="96" fill="url(#g)"/><circle cx="48" cy="48" r="22" fill="#f3b23c"/></svg>',
)

/** One finding for the sandbox and one for each format this version reads or writes. */
export async function checkCodecs(config: Config): Promise<readonly Finding[]> {
  const blobs = join(config.FOVEA_DATA_DIR, 'blobs')
  const pool = createPool({
    workers: 1,
    preload: config.FOVEA_WORKER_PRELOAD,
    sandbox: config.FOVEA_SANDBOX,
    // as the server: what its children must be able to read decides how far the sandbox may go
    readablePaths: existsSync(blobs) ? [blobs] : [],
    maxQueued: 1,
    maxInflightBytes: config.FOVEA_INFLIGHT_BYTES,
    maxWorkerBytes: config.FOVEA_WORKER_MEMORY_BYTES,
  })
  try {
    const sandbox = await found('sandbox', async () => {
      await pool.warm()
      const isWhole = !/not sandboxed|Not on:/.test(pool.sandbox)
      return { state: isWhole ? 'well' : 'doubtful', detail: pool.sandbox }
    })
    const findings: Finding[] = [sandbox]
    for (const format of ourFormats()) findings.push(await found(format, () => proveCodec(pool, format)))
    findings.push(await found('heif (HEVC)', () => proveHevc(pool)))
    findings.push(await found('fonts', () => proveFonts(pool)))
    return findings
  } finally {
    await pool.close()
  }
}

function ourFormats(): readonly Format[] {
  return (Object.keys(formats) as Format[]).filter(
    (format) => traitsOf(format).decode || traitsOf(format).encode,
  )
}

async function proveCodec(pool: EnginePool, format: Format): Promise<Omit<Finding, 'name'>> {
  const started = performance.now()
  const traits = traitsOf(format)
  const written = traits.encode ? await make(pool, picture, format) : undefined
  const writtenMs = performance.now() - started
  const sample = traits.encode ? undefined : sampleOf(format, side)
  const back = traits.decode ? await make(pool, written?.bytes ?? sample ?? picture, 'png') : undefined
  const ms = performance.now() - started
  if (back !== undefined) {
    const mean = await meanColor(pool, back.bytes)
    const original = sample === undefined ? picture : (sampleOf('pnm', side) ?? picture)
    const expected = await meanColor(pool, (await make(pool, original, 'png')).bytes)
    const distance = Math.max(...expected.map((value, channel) => Math.abs(value - (mean[channel] ?? 0))))
    if (distance > tolerance) throw new Error(`colours came back wrong: ${mean} instead of ${expected}`)
  }
  for (const made of [written, back]) {
    if (made !== undefined && (made.width !== side || made.height !== side)) {
      throw new Error(`a picture of ${side} × ${side} px came out as ${made.width} × ${made.height} px`)
    }
  }
  const parts = [
    ...(written === undefined
      ? []
      : [`written in ${Math.round(writtenMs)} ms (${written.bytes.length} bytes)`]),
    ...(back === undefined ? [] : [`read in ${Math.round(ms - writtenMs)} ms`]),
  ]
  return { state: 'well', detail: parts.join(', '), ms: Math.round(ms) }
}

/** What is proved for HEIF above is AV1; phones write HEVC, which another decoder reads. */
async function proveHevc(pool: EnginePool): Promise<Omit<Finding, 'name'>> {
  const started = performance.now()
  const read = await make(pool, hevcSample(), 'png')
  const ms = Math.round(performance.now() - started)
  const mean = await meanColor(pool, read.bytes)
  const expected = await meanColor(pool, sampleOf('pnm', side) ?? picture)
  const distance = Math.max(...expected.map((value, channel) => Math.abs(value - (mean[channel] ?? 0))))
  if (distance > tolerance) throw new Error(`colours came back wrong: ${mean} instead of ${expected}`)
  return { state: 'well', detail: `read in ${ms} ms`, ms }
}

/** White text of several scripts on the picture makes it lighter. */
async function proveFonts(pool: EnginePool): Promise<Omit<Finding, 'name'>> {
  const started = performance.now()
  const text = { op: 'text', text: 'Aא中😀', position: 'center', padding: 0 } as const
  const written = await make(pool, picture, 'png', [text])
  const ms = Math.round(performance.now() - started)
  const [after, before] = [await meanColor(pool, written.bytes), await meanColor(pool, picture)]
  const isLighter = after.some((value, channel) => value > (before[channel] ?? 255) + 2)
  if (!isLighter) throw new Error('text was drawn and cannot be seen')
  return {
    state: 'well',
    detail: `${fontPackages.length} bundled under OFL-1.1 (emoji drawings CC-BY-4.0), text drawn in ${ms} ms`,
    ms,
  }
}

/** Mean colour, each channel 0–255: scaled to one pixel, which a PNG stores as one inflated line. */
async function meanColor(pool: EnginePool, bytes: Uint8Array): Promise<readonly number[]> {
  const { bytes: png } = await make(pool, bytes, 'png', [
    { op: 'flatten', background: 'white' },
    { op: 'resize', width: 1, height: 1, fit: 'fill' },
  ])
  const buffer = Buffer.from(png)
  const at = buffer.indexOf('IDAT')
  const line = inflateSync(buffer.subarray(at + 4, at + 4 + buffer.readUInt32BE(at - 4)))
  return [...line.subarray(1, 4)]
}

async function make(
  pool: EnginePool,
  bytes: Uint8Array,
  format: Format,
  pipeline: readonly OperationInput[] = [],
): Promise<MadeOutput> {
  const output: ImageOutput = {
    kind: 'image',
    format,
    ...(traitsOf(format).lossy ? { quality: 80 } : {}),
    metadata: 'none',
    animated: false,
  }
  const { outputs } = await pool.run({
    source: { bytes },
    sourceId: `doctor-${format}`,
    decode: { orient: true },
    outputs: [{ pipeline: parsePipeline(pipeline, defaultLimits), output }],
    limits: defaultLimits,
    cost: { bytes: 16 * 1024 * 1024, cpuMs: 50, lane: 'fast' },
  })
  const [made] = outputs
  if (made === undefined) throw new Error('the engine returned nothing')
  return made
}
