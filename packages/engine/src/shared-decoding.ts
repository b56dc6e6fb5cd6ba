/**
 * When several outputs decode their source once.
 *
 * A decoder that cannot shrink makes all pixels anyway: they are kept, and nothing changes for any output. One that
 * shrinks as it reads would read the file again for each size, and reading is most of the work. So outputs that each
 * begin by shrinking the whole picture share the largest of these sizes, and the smaller ones are made from its
 * pixels: resampled twice, they have other bytes in company than alone, and look as much like the source as those.
 */
import type { RunOutput, Step } from '@fovea/core/model'
import { frameOf, has16Bit, type Image, type SourceImage } from './image.ts'

type Resize = Extract<Step, { step: 'resize' }>

/** An output, and the steps that stand before it: first pass first. */
interface Waiting {
  readonly output: RunOutput
  readonly passes: readonly (readonly Step[])[]
}

export interface SharedShrink<Job extends Waiting> {
  readonly step: Resize
  /** Those that go on from its pixels: `step` is the first of theirs, or a smaller one of its kind is. */
  readonly sharing: readonly Job[]
  readonly others: readonly Job[]
}

/** Largest picture, all frames together, that is held as pixels for several outputs. */
const maxSharedPixels = 50_000_000

/** Whether all pixels of the source are decoded first: they are what a single output's pass would have begun with. */
export function isDecodedOnce(image: Image, jobs: readonly Waiting[]): boolean {
  if (image.kind === 'raster' || losesDepth(image)) return false
  const { codec, facts } = image
  if (facts.width * facts.height * frameOf(image).pages > maxSharedPixels) return false
  if (!codec.shrinksOnLoad) return true
  return codec.format !== 'svg' && !jobs.some(({ passes: [pass] }) => pass?.[0]?.step === 'resize')
}

/** The shrinking that at least two outputs can share; undefined where nothing is gained, or something lost. */
export function findSharedShrink<Job extends Waiting>(
  image: Image,
  jobs: readonly Job[],
): SharedShrink<Job> | undefined {
  // Drawings are drawn anew in each size; frames would all have to be held.
  if (image.kind === 'raster' || losesDepth(image) || image.codec.format === 'svg' || image.isAnimated)
    return undefined
  const shrinks = jobs.map((job) => shrinkOf(job, image)).filter((step) => step !== undefined)
  const [step] = shrinks.sort((a, b) => b.width * b.height - a.width * a.height)
  if (step === undefined) return undefined
  const { yes: sharing = [], no: others = [] } = Object.groupBy(jobs, (job) => {
    const own = shrinkOf(job, image)
    return own !== undefined && own.width <= step.width && own.height <= step.height ? 'yes' : 'no'
  })
  return sharing.length < 2 ? undefined : { step, sharing, others }
}

/** What is told about a picture stays the same in any company. */
function shrinkOf({ output, passes }: Waiting, { facts }: SourceImage): Resize | undefined {
  const step = passes[0]?.[0]
  if (output.kind !== 'image' || step?.step !== 'resize' || step.kernel !== 'lanczos3') return undefined
  const isShrink = step.width <= facts.width && step.height <= facts.height
  return isShrink && step.width * step.height <= maxSharedPixels ? step : undefined
}

/** Whether a single output would keep 16 bit up to its encoder, which pixels between passes do not. */
function losesDepth({ facts, keeps16Bit }: SourceImage): boolean {
  return has16Bit(facts) && !keeps16Bit
}
