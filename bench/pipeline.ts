/**
 * A JSON pipeline of ten operations on a 12 MP photo: CPU of one engine run against the best sequence of bare sharp
 * calls that gives the same picture. Interleaved pairs, a process each, warmed up. That the pictures agree is checked
 * first: another picture would be another amount of work.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defaultLimits, type OperationInput, parsePipeline } from '@fovea/core'
import sharp from 'sharp'
import type { RunRequest } from '../packages/engine/src/pool/protocol.ts'
import { photo12 } from './lib/photos.ts'
import { report } from './lib/report.ts'
import { removeDir, temporaryDir } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const pairs = Number(process.env.BENCH_PAIRS ?? 40)
const maxMeanDifference = 1

interface Answer {
  readonly cpuMs: number
  /** Base64. */
  readonly bytes: string
}

const workDir = await temporaryDir()
const photo = await photo12(workDir)
const height = Math.round((1600 * 2848) / 4272)
const operations: readonly OperationInput[] = [
  { op: 'resize', width: 1600 },
  { op: 'flop' },
  { op: 'rotate', angle: 90 },
  { op: 'crop', left: 0, top: 200, width: height, height: 1200 },
  { op: 'modulate', saturation: 1.2 },
  { op: 'sharpen', sigma: 1 },
  { op: 'contrast', amount: 10 },
  { op: 'flip' },
  { op: 'extend', top: 12, right: 12, bottom: 12, left: 12, background: '#204060' },
  { op: 'blur', sigma: 0.6 },
]
const requestWith = (encoding: { quality: number } | { lossless: true }): RunRequest => ({
  kind: 'run',
  source: { path: photo.path },
  decode: { orient: true },
  limits: defaultLimits,
  outputs: [
    {
      pipeline: parsePipeline(operations, defaultLimits),
      output: { kind: 'image', format: 'webp', metadata: 'none', animated: true, ...encoding },
    },
  ],
})
const request = requestWith({ quality: 80 })
const engine = await start('engine-child')
const bare = await start('hand-written')
const difference = await meanDifference(
  await ask(engine, requestWith({ lossless: true })),
  await ask(bare, { path: photo.path, lossless: true }),
)
if (difference > maxMeanDifference) throw new Error(`The pictures differ by ${difference} on average`)
const ratios: number[] = []
const costs: { ours: number[]; bare: number[] } = { ours: [], bare: [] }
for (let pair = -3; pair < pairs; pair++) {
  const order = pair % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)
  const cost = { ours: 0, bare: 0 }
  for (const side of order) {
    const answer =
      side === 'ours' ? await ask(engine, request) : await ask(bare, { path: photo.path, lossless: false })
    cost[side] = answer.cpuMs
  }
  if (pair < 0) continue
  ratios.push(cost.ours / cost.bare)
  costs.ours.push(cost.ours)
  costs.bare.push(cost.bare)
  process.stderr.write(`\r${pair + 1}/${pairs} ratio ${(cost.ours / cost.bare).toFixed(3)}  `)
}
process.stderr.write('\n')
const ratio = medianInterval(ratios)
await report(
  'pipeline',
  [
    {
      name: 'ten operations on 12 MP, CPU of an engine run / of hand-written sharp calls',
      target: '≤ 1.15',
      reached: ratio.median <= 1.15,
      measured: {
        ratio,
        oursCpuMs: medianInterval(costs.ours),
        bareCpuMs: medianInterval(costs.bare),
        meanDifference: difference,
      },
    },
  ],
  [`source: ${photo.origin} photo, ${photo.megapixels.toFixed(1)} MP`],
)
engine.disconnect()
bare.disconnect()
await removeDir(workDir)

async function start(name: 'engine-child' | 'hand-written'): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(`./baselines/${name}.ts`, import.meta.url)), {
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  })
  await new Promise((resolve) => child.once('message', resolve))
  return child
}

function ask(child: ChildProcess, message: object): Promise<Answer> {
  const answer = new Promise<Answer>((resolve) => child.once('message', (made) => resolve(made as Answer)))
  child.send(message)
  return answer
}

async function meanDifference(a: Answer, b: Answer): Promise<number> {
  const decode = ({ bytes }: Answer) =>
    sharp(Buffer.from(bytes, 'base64')).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const [left, right] = [await decode(a), await decode(b)]
  if (left.info.width !== right.info.width || left.info.height !== right.info.height) {
    throw new Error(`${left.info.width}×${left.info.height} beside ${right.info.width}×${right.info.height}`)
  }
  let sum = 0
  for (let at = 0; at < left.data.length; at++) sum += Math.abs((left.data[at] ?? 0) - (right.data[at] ?? 0))
  return sum / left.data.length
}
