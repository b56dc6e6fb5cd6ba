/**
 * Five widths of one 24 MP photo: CPU of one engine run with five outputs against five runs of one, in WebP and JPEG,
 * in pairs that take turns. What encoding costs is measured apart, on pictures that are small already, and what is
 * left of each is decoding and resizing.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defaultLimits, parsePipeline } from '@fovea/core'
import type { RunRequest } from '../packages/engine/src/pool/protocol.ts'
import { photos12to24 } from './lib/photos.ts'
import { type Figure, report } from './lib/report.ts'
import { removeDir, temporaryDir } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const pairs = Number(process.env.BENCH_PAIRS ?? 15)
const widths = [1600, 1200, 800, 400, 200]
const totals = { webp: 0.6, jpeg: 0.45 } as const
const mostDecoding = 0.35

const workDir = await temporaryDir()
const photo = (await photos12to24(workDir)).at(-1)
if (photo === undefined) throw new Error('there is no photo')
const engine = await start()
const figures: Figure[] = []
for (const format of ['webp', 'jpeg'] as const) {
  const small: string[] = []
  for (const width of widths) small.push((await ask(of([width], format))).bytes)
  const total: number[] = []
  const decoding: number[] = []
  const cpuMs = { together: [] as number[], apart: [] as number[], encoding: [] as number[] }
  for (let pair = -2; pair < pairs; pair++) {
    const cost = { together: 0, apart: 0, encoding: 0 }
    const sides = pair % 2 === 0 ? (['together', 'apart'] as const) : (['apart', 'together'] as const)
    for (const side of sides) {
      if (side === 'together') cost.together = (await ask(of(widths, format))).cpuMs
      else for (const width of widths) cost.apart += (await ask(of([width], format))).cpuMs
    }
    for (const [index, bytes] of small.entries())
      cost.encoding += await encoding(widths[index] ?? 0, bytes, format)
    if (pair < 0) continue
    total.push(cost.together / cost.apart)
    decoding.push((cost.together - cost.encoding) / (cost.apart - cost.encoding))
    for (const side of ['together', 'apart', 'encoding'] as const) cpuMs[side].push(cost[side])
    process.stderr.write(`\r${format} ${pair + 1}/${pairs} ratio ${total.at(-1)?.toFixed(3)}  `)
  }
  process.stderr.write('\n')
  const measured = {
    togetherCpuMs: medianInterval(cpuMs.together),
    apartCpuMs: medianInterval(cpuMs.apart),
    encodingCpuMs: medianInterval(cpuMs.encoding),
  }
  const ratio = medianInterval(total)
  figures.push({
    name: `five widths of 24 MP in one run / in five, ${format}, CPU`,
    target: `≤ ${totals[format].toFixed(2)}`,
    reached: ratio.median <= totals[format],
    measured: { ratio, ...measured },
  })
  const decodingRatio = medianInterval(decoding)
  figures.push({
    name: `of that, decoding and resizing, ${format}`,
    target: `≤ ${mostDecoding}`,
    reached: decodingRatio.median <= mostDecoding,
    measured: { ratio: decodingRatio },
  })
}
await report('outputs', figures, [`source: ${photo.origin} photo, ${photo.megapixels.toFixed(1)} MP`])
engine.disconnect()
await removeDir(workDir)

function of(wanted: readonly number[], format: 'webp' | 'jpeg'): RunRequest {
  return requestOf({ path: photo?.path ?? '' }, wanted, format)
}

function requestOf(
  source: RunRequest['source'],
  wanted: readonly number[],
  format: 'webp' | 'jpeg' | 'png',
): RunRequest {
  const output = { kind: 'image', format, quality: 80, metadata: 'none', animated: false } as const
  return {
    kind: 'run',
    source,
    decode: { orient: true },
    limits: defaultLimits,
    outputs: wanted.map((width) => ({
      pipeline: parsePipeline([{ op: 'resize', width }], defaultLimits),
      output,
    })),
  }
}

/** A run on a picture that has its size already, less what opening it takes: a run that only reads it to a point. */
async function encoding(width: number, bytes: string, format: 'webp' | 'jpeg'): Promise<number> {
  const source = { bytes: Buffer.from(bytes, 'base64') }
  const whole = await ask(requestOf(source, [width], format))
  const read = await ask(requestOf(source, [1], format))
  return Math.max(0, whole.cpuMs - read.cpuMs)
}

async function start(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./baselines/engine-child.ts', import.meta.url)), {
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    serialization: 'advanced',
  })
  await new Promise((resolve) => child.once('message', resolve))
  return child
}

function ask(request: RunRequest): Promise<{ readonly cpuMs: number; readonly bytes: string }> {
  const answer = new Promise<{ cpuMs: number; bytes: string }>((resolve) =>
    engine.once('message', (made) => resolve(made as { cpuMs: number; bytes: string })),
  )
  engine.send(request)
  return answer
}
