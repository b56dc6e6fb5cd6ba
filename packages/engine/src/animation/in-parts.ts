/**
 * Long animations, part by part: a run of frames is decoded, taken through the whole pipeline and encoded before the
 * next is looked at, and the files are joined. Memory is that of one part, however long the animation.
 *
 * What can be done so is said in core/plan/animation-parts.ts.
 */
import {
  frameAfter,
  framesInPart,
  type Pipeline,
  type RunOutput,
  type Step,
  seesFramesAlone,
} from '@fovea/core/model'
import type { Animation } from '../codecs/index.ts'
import { frameOf, type Raster, type SourceImage } from '../image.ts'
import type { MadeOutput } from '../pool/protocol.ts'
import { asPiece } from '../progress.ts'
import { collectGarbage } from './collect.ts'
import { partsOf } from './frames.ts'
import { gifJoiner } from './gif-join.ts'
import { CannotJoin, type Joiner } from './joiner.ts'
import { webpJoiner } from './webp-join.ts'

interface PartedJob {
  readonly index: number
  readonly output: RunOutput
  readonly leading: readonly Step[]
  readonly rest: Pipeline
}

/** Outputs by their place in the request. */
type Made = readonly (readonly [number, MadeOutput])[]

/** Takes one part, as pixels or as a source of these frames alone, to its end. */
type Produce = (part: SourceImage | Raster) => Promise<Made>

/** Whether the animation is long and every job sees its frames one by one. */
export function goesInParts(source: SourceImage, jobs: readonly PartedJob[]): boolean {
  return (
    source.isAnimated &&
    source.animation !== undefined &&
    framesInPart(source.facts) < source.facts.pages &&
    jobs.every(
      ({ output, leading, rest }) =>
        output.kind === 'image' &&
        seesFramesAlone({ pipeline: rest, output }, leading.reduce(frameAfter, frameOf(source))),
    )
  )
}

/**
 * Produces every job part by part and joins what comes out; undefined when the parts cannot be joined.
 * @throws Problem whatever a part throws
 */
export async function produceInParts(
  source: SourceImage,
  jobs: readonly PartedJob[],
  produce: Produce,
): Promise<Made | undefined> {
  const { animation } = source
  if (animation === undefined) return undefined
  const joined = new Map<number, Joined>()
  const each = framesInPart(source.facts)
  const count = Math.ceil(source.facts.pages / each)
  let ended = 0
  try {
    for await (const { part, delays } of partsOf(source, each)) {
      for (const [index, made] of await asPiece(ended++, count, () => produce(part))) {
        const whole = joined.get(index) ?? { joiner: joinerFor(made, animation), made }
        joined.set(index, whole)
        await whole.joiner.add({ ...made, delays })
      }
      collectGarbage()
    }
  } catch (error) {
    if (error instanceof CannotJoin) return undefined
    throw error
  }
  return jobs.flatMap(({ index }) => {
    const whole = joined.get(index)
    if (whole === undefined) return []
    const bytes = whole.joiner.finish()
    return [[index, { ...whole.made, bytes, pages: source.facts.pages }] as const]
  })
}

interface Joined {
  readonly joiner: Joiner
  /** Of the first part: size and passes are those of all. */
  readonly made: MadeOutput
}

function joinerFor({ format }: MadeOutput, { loop }: Animation): Joiner {
  return format === 'gif' ? gifJoiner(loop) : webpJoiner(loop)
}
