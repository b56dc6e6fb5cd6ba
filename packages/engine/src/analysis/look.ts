/**
 * Asks the models what they see in an upright picture, and puts their answers together.
 *
 * Pixels go in, at most {@link viewSide} along a side: no model looks at more than 640.
 */
import {
  isAnimal,
  mostSeen,
  type Seen,
  type SeenSubject,
  type Sightings,
  type SubjectKind,
} from '@fovea/core/model'
import type { FoundSubject, View } from '../models/model.ts'
import { ask } from '../models/runtime.ts'
import { salientRegion } from '../models/salient.ts'
import { viewOf } from '../models/view.ts'
import type { Pixels } from '../raster/pixels.ts'

/** Longest side of the picture that models are shown, px. */
export const viewSide = 1024
/** Surer than this, and no third model is asked. */
const sure = 0.6
/** A thing smaller than this part of the picture may be an accessory. */
const largeThing = 0.1

/** @throws Error when a model's weights are not the ones that were pinned */
export async function look(picture: Pixels, wanted: keyof Sightings): Promise<Seen> {
  const view = viewOf(picture)
  const faces = ((await ask('faces', view)) ?? []).slice(0, mostSeen)
  if (wanted === 'faces') return { faces }
  const things = ((await ask('subjects', view)) ?? []).slice(0, mostSeen - 1).map(subjectOf)
  const isRecognised = faces.some(({ score }) => score > sure) || things.some(isSure)
  return { faces, subjects: isRecognised ? things : [...things, ...(await salient(view))] }
}

async function salient(view: View): Promise<readonly SeenSubject[]> {
  const matte = await ask('matte', view)
  const region = matte === undefined ? undefined : salientRegion(matte)
  return region === undefined ? [] : [{ ...region, kind: 'salient', score: 1 }]
}

function isSure({ kind, score, width, height }: SeenSubject): boolean {
  return score > sure && (kind !== 'object' || width * height > largeThing)
}

function subjectOf({ left, top, width, height, score, label }: FoundSubject): SeenSubject {
  return { left, top, width, height, kind: kindOf(label), score, label }
}

function kindOf(label: string): Exclude<SubjectKind, 'face'> {
  if (label === 'person') return 'person'
  return isAnimal(label) ? 'animal' : 'object'
}
