/**
 * Looks for faces and for what a picture is about. It is looked at once, small and upright, before a run is planned:
 * planning then moves what was found with the geometry, so a cut around it costs no pass of its own.
 */
import {
  flipSubjects,
  flopSubjects,
  type Sightings,
  type Step,
  type Subject,
  type SubjectKind,
  turnSubjects,
} from '@fovea/core/model'
import { execute } from './execute.ts'
import { frameOf, type Image } from './image.ts'
import { isAnimal } from './models/coco.ts'
import type { FoundSubject, View } from './models/model.ts'
import { ask } from './models/runtime.ts'
import { salientRegion } from './models/salient.ts'
import { viewOf } from './models/view.ts'

/** Several outputs of one image look once. */
const seen = new WeakMap<Image, Map<string, Promise<Partial<Sightings>>>>()

/** Longest side of the picture that models see, px: theirs is at most 640. */
const viewSide = 1024
/** Surer than this, and no third model is asked. */
const sure = 0.6
/** A thing smaller than this part of the picture may be an accessory. */
const largeThing = 0.1

/**
 * @param leading steps that bring the image upright; what is found is told for the image before them
 * @param wanted `subjects` holds the faces as well
 */
export function sight(
  image: Image,
  leading: readonly Step[],
  wanted: readonly (keyof Sightings)[],
): Promise<Partial<Sightings>> {
  const looks = seen.get(image) ?? new Map<string, Promise<Partial<Sightings>>>()
  seen.set(image, looks)
  const key = JSON.stringify([leading, wanted])
  const found = looks.get(key) ?? lookAt(image, leading, wanted)
  looks.set(key, found)
  return found
}

async function lookAt(
  image: Image,
  leading: readonly Step[],
  wanted: readonly (keyof Sightings)[],
): Promise<Partial<Sightings>> {
  const view = viewOf(await preview(image, leading))
  const faces = (await ask('faces', view)) ?? []
  const found = faces.map(({ left, top, width, height, score }) =>
    subject('face', { left, top, width, height, score }),
  )
  const everything = wanted.includes('subjects') ? [...found, ...(await others(view, found))] : found
  return {
    ...(wanted.includes('faces') ? { faces: beforeAll(found, leading) } : {}),
    ...(wanted.includes('subjects') ? { subjects: beforeAll(everything, leading) } : {}),
  }
}

async function preview(image: Image, leading: readonly Step[]) {
  const still: Image = image.kind === 'source' ? { ...image, isAnimated: false } : image
  const { width, height } = frameOf(still)
  const scale = viewSide / Math.max(width, height)
  if (scale >= 1) return execute(leading, still)
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  const shrink: Step = { step: 'resize', width: side(width), height: side(height), kernel: 'cubic' }
  return execute([shrink, ...leading], still)
}

async function others(view: View, faces: readonly Subject[]): Promise<readonly Subject[]> {
  const things = ((await ask('subjects', view)) ?? []).map((thing) => subject(kindOf(thing), thing))
  if ([...faces, ...things].some(isSure)) return things
  const matte = await ask('matte', view)
  const region = matte === undefined ? undefined : salientRegion(matte)
  return region === undefined ? things : [...things, subject('salient', { ...region, score: 1 })]
}

function isSure({ kind, score, width, height }: Subject): boolean {
  return score > sure && (kind !== 'object' || width * height > largeThing)
}

function kindOf({ label }: FoundSubject): SubjectKind {
  if (label === 'person') return 'person'
  return isAnimal(label) ? 'animal' : 'object'
}

function subject(kind: SubjectKind, { left, top, width, height, score }: Omit<Subject, 'kind'>): Subject {
  return { left, top, width, height, kind, score }
}

/** Where the subjects lay before the steps, which are mirrors and turns. */
function beforeAll(subjects: readonly Subject[], steps: readonly Step[]): readonly Subject[] {
  return steps.reduceRight((moved, step) => {
    if (step.step === 'flip') return flipSubjects(moved)
    if (step.step === 'flop') return flopSubjects(moved)
    return step.step === 'turn' ? turnSubjects(moved, 4 - step.quarters) : moved
  }, subjects)
}
