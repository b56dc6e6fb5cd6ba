/**
 * Codecs that sharp lacks: CPU for a megapixel in and out, and how late the event loop of the HTTP process gets while
 * such conversions run through the real server.
 *
 * In: decoded and shrunk to a thumbnail. Out: written from a PNM, which is quick to read. JPEG XL, JPEG 2000 and HEIF
 * hold a photo; the others hold the flat picture of the self-test, whose time is that of moving pixels. HEIC is measured where the shared corpus is present: nothing here writes it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits, type Format, type ImageOutput, type OperationInput, parsePipeline } from '@fovea/core'
import { sampleOf } from '@fovea/engine/codecs/samples'
import { startServer } from '../e2e/support.ts'
import { sharedDir } from '../fixtures/shared.ts'
import { run } from '../packages/engine/src/run.ts'
import { sharp } from '../packages/engine/src/sharp/setup.ts'

import { photo12 } from './lib/photos.ts'
import { type Figure, report } from './lib/report.ts'
import { removeDir, temporaryDir, upload } from './lib/server.ts'
import { quantile } from './lib/statistics.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const seconds = Number(process.env.BENCH_SECONDS ?? 30)
const photoWidth = 1_600
const photoHeight = 1_200
const thumbnail = 64
const flatSide = 1_024
const latestMs = 20

const workDir = await temporaryDir()
const small = await pnmOf((await photo12(workDir)).path)
const files = new Map<string, Uint8Array>()
const figures: Figure[] = []

for (const format of ['jxl', 'jp2', 'heif'] as const) {
  const file = await make(small, format)
  files.set(format, file)
  figures.push(await measured(`${format} out`, () => make(small, format)))
  figures.push(await measured(`${format} in`, () => make(file, 'webp', thumbnail)))
}
for (const format of ['bmp', 'tga', 'pnm', 'qoi', 'hdr', 'exr', 'pdf'] as const) {
  const file = sampleOf(format, flatSide)
  if (file === undefined) continue
  if (format === 'exr') files.set(format, file)
  figures.push(await measured(`${format} in (flat)`, () => make(file, 'webp', thumbnail), flatSide ** 2))
}
const heic = join(sharedDir ?? '', 'images/dev/formats/heic/cheers_1440x960.heic')
if (sharedDir !== undefined && existsSync(heic)) {
  const file = readFileSync(heic)
  files.set('heic', file)
  figures.push(await measured('heic in', () => make(file, 'webp', thumbnail), 1_440 * 960))
}
figures.push(await loopDelay())
await report('codecs', figures, [
  'in: decoded and shrunk to a WebP of 64 px; out: written from a PNM; JPEG XL at effort 3, qualities 80',
  'the event loop is that of the HTTP process; decoding runs in its children, on the same cores',
])
await removeDir(workDir)
process.exit()

/** CPU milliseconds for a megapixel, all threads of the process. */
async function measured(
  name: string,
  work: () => Promise<unknown>,
  pixels = photoWidth * photoHeight,
): Promise<Figure> {
  const times = (await cpuTimes(work)).map((ms) => (ms * 1e6) / pixels)
  const cpuMsPerMegapixel = quantile(times, 0.5)
  const found = { cpuMsPerMegapixel, least: Math.min(...times), most: Math.max(...times), rounds }
  return { name, target: 'reported', reached: true, measured: found }
}

async function cpuTimes(work: () => Promise<unknown>): Promise<readonly number[]> {
  await work()
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return times
}

async function make(bytes: Uint8Array, format: Format, width?: number): Promise<Uint8Array> {
  const output: ImageOutput = { kind: 'image', format, quality: 80, metadata: 'none', animated: false }
  const resize: readonly OperationInput[] = width === undefined ? [] : [{ op: 'resize', width }]
  const pipeline = parsePipeline(resize, defaultLimits)
  const { outputs } = await run({
    kind: 'run',
    source: { bytes },
    decode: { orient: true },
    outputs: [{ pipeline, output }],
    limits: defaultLimits,
  })
  return outputs[0]?.bytes ?? new Uint8Array()
}

/** Conversions from and to these formats for a while, two at a time, every one a different width. */
async function loopDelay(): Promise<Figure> {
  const record = join(workDir, 'loop.json')
  const probe = new URL('./lib/loop-probe.ts', import.meta.url).href
  const server = await startServer({
    dataDir: join(workDir, 'data'),
    env: { NODE_OPTIONS: `--import=${probe}`, BENCH_LOOP_FILE: record },
  })
  const stems: string[] = []
  for (const [format, bytes] of files) {
    const path = join(workDir, `from-${format}.${format}`)
    writeFileSync(path, bytes)
    await upload(server, path, `bench/from-${format}.${format}`)
    stems.push(`from-${format}`)
  }
  // What the first conversion loads is not what is measured.
  for (const stem of stems) await (await fetch(`${server.url}/i/demo/bench/${stem}.webp?w=99`)).arrayBuffer()
  process.kill(server.pid, 'SIGUSR2')
  const until = performance.now() + seconds * 1000
  let [serial, made, refused] = [0, 0, 0]
  const lane = async () => {
    while (performance.now() < until) {
      serial++
      const stem = stems[serial % stems.length]
      const extension = ['webp', 'jxl', 'jp2', 'heif'][Math.floor(serial / stems.length) % 4]
      const response = await fetch(`${server.url}/i/demo/bench/${stem}.${extension}?w=${600 + serial}`)
      await response.arrayBuffer()
      if (response.ok) made++
      else refused++
    }
  }
  await Promise.all([lane(), lane()])
  await server.stop()
  const delay = JSON.parse(readFileSync(record, 'utf8')) as { p999Ms: number }
  return {
    name: `event loop of the HTTP process, p99.9 in ${seconds} s of conversions`,
    target: `≤ ${latestMs} ms`,
    reached: delay.p999Ms <= latestMs && made > 0,
    measured: { ...delay, made, refused },
  }
}

async function pnmOf(path: string): Promise<Uint8Array> {
  const pixels = await sharp(path)
    .resize(photoWidth, photoHeight, { fit: 'cover' })
    .removeAlpha()
    .raw()
    .toBuffer()
  return Buffer.concat([Buffer.from(`P6\n${photoWidth} ${photoHeight}\n255\n`), pixels])
}
