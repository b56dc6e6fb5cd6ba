/**
 * Faces and subjects for a run that was not told of them: looked for once, small and upright, before it is planned.
 * Planning then moves them with the geometry, so a cut around them costs no pass of its own.
 */
import { type Sightings, type Step, sightingsBefore, sightingsIn } from '@fovea/core/model'
import { look, viewSide } from './analysis/look.ts'
import { execute } from './execute.ts'
import { frameOf, type Image } from './image.ts'

/** Several outputs of one image look once. */
const seen = new WeakMap<Image, Map<string, Promise<Partial<Sightings>>>>()

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
  const found = await look(await preview(image, leading), wanted.includes('subjects') ? 'subjects' : 'faces')
  return sightingsBefore(sightingsIn(found), leading)
}

/** The picture upright and no larger than models look at; of an animation the first frame. */
export async function preview(image: Image, leading: readonly Step[]) {
  const still: Image = image.kind === 'source' ? { ...image, isAnimated: false } : image
  const { width, height } = frameOf(still)
  const scale = viewSide / Math.max(width, height)
  if (scale >= 1) return execute(leading, still)
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  const shrink: Step = { step: 'resize', width: side(width), height: side(height), kernel: 'cubic' }
  return execute([shrink, ...leading], still)
}
