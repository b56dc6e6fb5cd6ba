/**
 * How well `smartCrop` does on photos whose subjects and faces were marked by hand, and what looking takes.
 *
 * For 1:1, 16:9 and 9:16: how much of the marked subject lies inside the cut, of what can fit; whether the largest
 * marked face is cut; and how many marked faces are found at all. CPU is that of one look at a decoded copy of
 * 1024 px, weights loaded. The weights are those in `FOVEA_MODEL_DIR`, else those beside the photos.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Box,
  defaultLimits,
  exifOrientationSteps,
  type Frame,
  frameAfterAll,
  lowerOperation,
  parsePipeline,
  type Region,
  type Sightings,
} from '@fovea/core/model'
import * as z from 'zod'
import { execute } from '../packages/engine/src/execute.ts'
import { frameOf, type Raster } from '../packages/engine/src/image.ts'
import { open } from '../packages/engine/src/open.ts'
import { sight } from '../packages/engine/src/sightings.ts'
import { type Figure, report } from './lib/report.ts'
import { medianInterval } from './lib/statistics.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const shared = fileURLToPath(new URL('../../shared/', import.meta.url))
const photos = join(shared, 'images/dev/photos')
const aspects = ['1:1', '16:9', '9:16'] as const
/** Part of a face or a subject that must lie inside, of what can. */
const enough = { face: 0.95, subject: 0.9 }
/** Faces of this many pixels are small for anyone. */
const smallFace = 40

const rectangle = z.tuple([z.number(), z.number(), z.number(), z.number()])
const labels = z.array(
  z.looseObject({
    file: z.string(),
    faces: z.array(rectangle).default([]),
    subject: rectangle.optional(),
  }),
)
type Label = z.output<typeof labels>[number]

interface Seen extends Required<Sightings> {
  /** The upright picture. */
  readonly frame: Frame
}

/** What the engine sees in a file, told for the upright picture. */
async function look(file: string): Promise<Seen> {
  const image = await open({ path: join(photos, file) }, defaultLimits)
  const leading = exifOrientationSteps(image.facts.orientation)
  const facts = await sight(image, leading, ['faces', 'subjects'])
  const frame = frameAfterAll({ ...frameOf(image), format: 'jpeg', facts, limits: defaultLimits }, leading)
  return { frame, faces: frame.facts.faces ?? [], subjects: frame.facts.subjects ?? [] }
}

/** The cut of an aspect; `undefined` where only the pixels tell it. */
function cutOf({ frame }: Seen, aspect: string): Box | undefined {
  const [operation] = parsePipeline([{ op: 'smartCrop', aspect }], defaultLimits)
  const [step] = operation === undefined ? [] : lowerOperation(operation, frame)
  if (step === undefined) return { left: 0, top: 0, width: frame.width, height: frame.height }
  return step.step === 'extract' ? step : undefined
}

/** Part of the marked rectangle inside the cut, of what a cut of this size can hold of it. */
function partInside([left, top, width, height]: z.output<typeof rectangle>, cut: Box | undefined): number {
  if (cut === undefined) return 0
  const across = Math.min(left + width, cut.left + cut.width) - Math.max(left, cut.left)
  const down = Math.min(top + height, cut.top + cut.height) - Math.max(top, cut.top)
  const most = Math.min(width, cut.width) * Math.min(height, cut.height)
  return (Math.max(0, across) * Math.max(0, down)) / most
}

/** Whether a found face has its middle in the marked one, and about its size. */
function isFound([left, top, width, height]: z.output<typeof rectangle>, { faces, frame }: Seen): boolean {
  return faces.some((face: Region) => {
    const x = (face.left + face.width / 2) * frame.width
    const y = (face.top + face.height / 2) * frame.height
    const scale = (face.height * frame.height) / height
    return x > left && x < left + width && y > top && y < top + height && scale > 0.5 && scale < 2
  })
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** CPU of looks at a small copy, milliseconds; a raster of its own each time, as looks are remembered. */
async function costOf(file: string, wanted: readonly (keyof Sightings)[]): Promise<number> {
  const image = await open({ path: join(photos, file) }, defaultLimits)
  const { width, height } = frameOf(image)
  const scale = Math.min(1, 1024 / Math.max(width, height))
  const small: Raster = await execute(
    [
      {
        step: 'resize',
        width: Math.round(width * scale),
        height: Math.round(height * scale),
        kernel: 'cubic',
      },
    ],
    image,
  )
  return cpuOf(() => sight(small, [], wanted))
}

const marked = existsSync(photos)
  ? labels.parse(JSON.parse(await readFile(join(photos, 'MANIFEST.json'), 'utf8')))
  : []
process.env.FOVEA_WORKER_MODELS = process.env.FOVEA_MODEL_DIR ?? join(shared, 'models')
const seen = new Map<Label, Seen>()
for (const label of marked)
  if (label.subject !== undefined || label.faces.length > 0) seen.set(label, await look(label.file))

const figures: Figure[] = []
for (const aspect of aspects) {
  const missed: string[] = []
  const cutFaces: string[] = []
  const parts: number[] = []
  for (const [{ file, faces, subject }, found] of seen) {
    const cut = cutOf(found, aspect)
    const part = subject === undefined ? 1 : partInside(subject, cut)
    parts.push(part)
    if (part < enough.subject) missed.push(file)
    const [main] = faces.toSorted((a, b) => b[2] * b[3] - a[2] * a[3])
    if (main !== undefined && partInside(main, cut) < enough.face) cutFaces.push(file)
  }
  figures.push({
    name: `${aspect}: photos with at least ${enough.subject * 100} % of the marked subject inside, of what can fit`,
    target: '≥ 0.9 of them, no main face cut',
    reached: missed.length <= 0.1 * parts.length && cutFaces.length === 0,
    measured: { photos: parts.length, missed, cutFaces, least: Math.min(...parts) },
  })
}

const faces = [...seen].flatMap(([{ file, faces }, found]) =>
  faces
    .filter(([, , width, height]) => Math.max(width, height) > smallFace)
    .map((face) => ({ file, isFound: isFound(face, found) })),
)
const unseen = faces.filter(({ isFound }) => !isFound).map(({ file }) => file)
figures.push({
  name: `marked faces over ${smallFace} px that are found`,
  target: '≥ 0.9',
  reached: unseen.length <= 0.1 * faces.length,
  measured: { faces: faces.length, unseen },
})

const recognised = [...seen].filter(([, { subjects }]) => subjects.every(({ kind }) => kind !== 'salient'))
for (const [name, wanted, most] of [
  ['faces', ['faces'], 80],
  ['subjects', ['subjects'], 150],
] as const) {
  const costs: number[] = []
  for (let round = 0; round < rounds; round++)
    for (const [{ file }] of recognised) costs.push(await costOf(file, wanted))
  const cpuMs = medianInterval(costs)
  figures.push({
    name: `CPU ms of a look for ${name} that detectors answer`,
    target: `≤ ${most}`,
    reached: cpuMs.median <= most,
    measured: cpuMs,
  })
}

await report('smart-crop', marked.length === 0 ? [] : figures, [
  marked.length === 0 ? 'no marked photos beside the checkout: nothing was measured' : `${seen.size} photos`,
])
