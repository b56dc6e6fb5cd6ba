/**
 * What the planner saves: passes and CPU of packed plans against one step per pass.
 *
 * Typical pipelines on a 12 MP JPEG, where shrinking while decoding is at stake, taking turns; and seeded random
 * pipelines of 3–8 operations on small pictures, whose passes are counted.
 */
import { readFile } from 'node:fs/promises'
import { defaultLimits, type OperationInput, Problem, parsePipeline } from '@fovea/core'
import { randomFrom } from '../fixtures/random.ts'
import { encode } from '../packages/engine/src/encode.ts'
import { execute } from '../packages/engine/src/execute.ts'
import { open } from '../packages/engine/src/open.ts'
import { oneStepPerPass } from '../packages/engine/src/testing/one-step-per-pass.ts'
import { randomPipeline } from '../packages/engine/src/testing/random-pipeline.ts'
import { outputOf, transform } from '../packages/engine/src/testing/request.ts'
import { photo12 } from './lib/photos.ts'
import { report } from './lib/report.ts'
import { removeDir, temporaryDir } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const randomCount = Number(process.env.BENCH_PIPELINES ?? 200)

const typical: readonly (readonly [string, readonly OperationInput[]])[] = [
  ['shrink', [{ op: 'resize', width: 800 }]],
  [
    'turned thumbnail',
    [
      { op: 'rotate', angle: 90 },
      { op: 'resize', width: 400, height: 400 },
    ],
  ],
  [
    'cut, shrink, sharpen',
    [
      { op: 'crop', left: 200, top: 200, width: 3600, height: 2400 },
      { op: 'resize', width: 900 },
      { op: 'sharpen' },
    ],
  ],
  [
    'grey card with a border',
    [
      { op: 'resize', width: 600 },
      { op: 'flop' },
      { op: 'grayscale' },
      { op: 'border', width: 12, color: 'white' },
    ],
  ],
  [
    'tuned photo',
    [
      { op: 'resize', width: 1200 },
      { op: 'contrast', amount: 15 },
      { op: 'vibrance', amount: 30 },
      { op: 'unsharp', sigma: 1 },
    ],
  ],
]

/** CPU milliseconds of all threads of this process. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const output = outputOf('webp')

async function unpacked(bytes: Uint8Array, operations: readonly OperationInput[]): Promise<void> {
  const start = await execute([], await open({ bytes }, defaultLimits))
  const made = await oneStepPerPass(parsePipeline(operations, defaultLimits), start)
  await encode(made, [], output)
}

const workDir = await temporaryDir()
const photo = await photo12(workDir)
const bytes = await readFile(photo.path)
const saved = []
for (const [name, operations] of typical) {
  const ratios: number[] = []
  let passes = 0
  // The first pair warms up.
  for (let round = 0; round <= rounds; round++) {
    const packed = await cpuOf(async () => {
      passes = (await transform({ bytes }, operations, output)).passes
    })
    const alone = await cpuOf(() => unpacked(bytes, operations))
    if (round > 0) ratios.push(packed / alone)
    process.stderr.write(`\r${name} ${round}/${rounds}   `)
  }
  saved.push({ name, passes, cpuRatio: medianInterval(ratios) })
}
process.stderr.write('\n')

const { bytes: small } = await transform({ bytes }, [{ op: 'resize', width: 320 }], outputOf('png'))
const start = await execute([], await open({ bytes: small }, defaultLimits))
let steps = 0
let packedPasses = 0
let counted = 0
for (let seed = 0; seed < randomCount; seed++) {
  const operations = randomPipeline(randomFrom(seed))
  try {
    const { passes } = await transform({ bytes: small }, operations, outputOf('png'))
    await oneStepPerPass(parsePipeline(operations, defaultLimits), start, () => steps++)
    packedPasses += passes
    counted++
  } catch (error) {
    // A random cut may not fit; what is refused has no passes.
    if (!(error instanceof Problem)) throw error
  }
}

const median = medianInterval(saved.map(({ cpuRatio }) => cpuRatio.median)).median
await report(
  'planner',
  [
    {
      name: 'CPU of a packed plan / of one step per pass, 12 MP JPEG, median of typical pipelines',
      target: '≤ 0.8',
      reached: median <= 0.8,
      measured: { median, pipelines: saved },
    },
    {
      name: `passes of ${counted} random pipelines`,
      target: 'fewer than steps',
      reached: packedPasses < steps,
      measured: { passesPerPipeline: packedPasses / counted, stepsPerPipeline: steps / counted },
    },
  ],
  [`photo: ${photo.origin}`],
)
await removeDir(workDir)
