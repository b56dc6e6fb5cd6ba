/**
 * Memory over the length of an animation: highest PSS of an engine process while it makes a WebP of a GIF with 20, 100
 * and 400 frames of one size, by a pipeline of one pass and by one of several; and the bytes, against one whole roll
 * through sharp.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defaultLimits, type OperationInput, parsePipeline } from '@fovea/core'
import sharp from 'sharp'
import type { RunRequest } from '../packages/engine/src/pool/protocol.ts'
import { frameSize, longGif } from './lib/animations.ts'
import { pssBytes } from './lib/process-tree.ts'
import { type Figure, report } from './lib/report.ts'
import { removeDir, temporaryDir } from './lib/server.ts'

const lengths = [20, 100, 400] as const
const repeats = Number(process.env.BENCH_REPEATS ?? 3)
const width = 320
const pipelines: Readonly<Record<string, readonly OperationInput[]>> = {
  'one pass': [{ op: 'resize', width }],
  'several passes': [
    { op: 'modulate', saturation: 1.2 },
    { op: 'resize', width },
    { op: 'blur', sigma: 0.6 },
    { op: 'contrast', amount: 10 },
    { op: 'rotate', angle: 90 },
  ],
}

interface Measured {
  readonly peakMiB: number
  readonly cpuMs: number
  readonly bytes: number
}

const workDir = await temporaryDir()
const gifs = new Map<number, string>()
for (const frames of lengths) gifs.set(frames, await longGif(frames, workDir))
const figures: Figure[] = []
for (const [name, operations] of Object.entries(pipelines)) {
  const measured: Record<string, Measured> = {}
  for (const frames of lengths) {
    const runs: Measured[] = []
    for (let repeat = 0; repeat < repeats; repeat++)
      runs.push(await measure(gifs.get(frames) ?? '', operations))
    runs.sort((a, b) => a.peakMiB - b.peakMiB)
    measured[frames] = runs[Math.floor(runs.length / 2)] ?? { peakMiB: 0, cpuMs: 0, bytes: 0 }
    process.stderr.write(`${name} ${frames}: ${JSON.stringify(measured[frames])}\n`)
  }
  const ratio = (measured[400]?.peakMiB ?? 0) / (measured[20]?.peakMiB ?? 1)
  figures.push({
    name: `${name}: highest PSS with 400 frames / with 20`,
    target: '≤ 1.3',
    reached: ratio <= 1.3,
    measured: { ratio, ...measured },
  })
}
const path = gifs.get(100) ?? ''
const whole = await sharp(path, { pages: -1 }).resize({ width }).webp({ quality: 80, effort: 2 }).toBuffer()
const parted = await measure(path, pipelines['one pass'] ?? [])
const bytesRatio = parted.bytes / whole.length
figures.push({
  name: 'bytes of 100 frames joined from parts / of one roll through sharp',
  target: '≤ 1.3',
  reached: bytesRatio <= 1.3,
  measured: { ratio: bytesRatio, joined: parted.bytes, whole: whole.length },
})
await report('animation', figures, [
  `generated GIF, ${frameSize.width}×${frameSize.height} → ${width} px wide`,
])
await removeDir(workDir)

async function measure(gif: string, operations: readonly OperationInput[]): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('./baselines/engine-child.ts', import.meta.url)), {
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  })
  const pid = child.pid
  if (pid === undefined) throw new Error('the child did not start')
  await new Promise((resolve) => child.once('message', resolve))
  let peak = pssBytes(pid)
  const watch = setInterval(() => {
    peak = Math.max(peak, pssBytes(pid))
  }, 10)
  const output = { kind: 'image', format: 'webp', quality: 80, metadata: 'none', animated: true } as const
  const request: RunRequest = {
    kind: 'run',
    source: { path: gif },
    decode: { orient: true },
    limits: defaultLimits,
    outputs: [{ pipeline: parsePipeline(operations, defaultLimits), output }],
  }
  const answer = new Promise<{ cpuMs: number; bytes: string }>((resolve) =>
    child.once('message', (message) => resolve(message as { cpuMs: number; bytes: string })),
  )
  child.send(request)
  const { cpuMs, bytes } = await answer
  clearInterval(watch)
  child.kill()
  return { peakMiB: peak / 2 ** 20, cpuMs, bytes: Buffer.from(bytes, 'base64').length }
}
