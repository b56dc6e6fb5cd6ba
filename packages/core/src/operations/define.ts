/**
 * The contract of an operation: schema, documentation, examples and lowering in one frozen object.
 *
 * Everything else (JSON API, CLI flags, docs, canonical form, golden tests) follows from it.
 */
import type * as z from 'zod'
import type { Step } from '../steps/step.ts'
import type { Facts, Frame } from './frame.ts'
import type { PictureRef } from './picture.ts'
import type { Sightings } from './sightings.ts'

/** What models do to pictures. */
export type ModelWork = 'matte' | 'upscale'

export interface OperationDefinition<N extends string = string, P extends z.ZodObject = z.ZodObject> {
  readonly op: N
  /** First line in docs, OpenAPI and console. */
  readonly summary: string
  readonly category: 'geometry' | 'adjust' | 'compose' | 'ai'
  /** Strict object; units in `.meta({ unit })`; defaults in the schema. */
  readonly params: P
  /** Bumped when pixels change: invalidates only the variants that use it. */
  readonly revision: number
  readonly examples: readonly z.input<P>[]
  /** Facts the engine must find before `lower` runs. */
  needs?(params: z.output<P>): readonly (keyof Facts)[]
  /** Facts that a model must be there for: without one the operation refuses. Pure. */
  mustSee?(params: z.output<P>): readonly (keyof Sightings)[]
  /** Whether it refuses where nobody tells what the subject is: neither an earlier run nor a model. Pure. */
  mustCut?(params: z.output<P>): boolean
  /**
   * Simplest spelling of the same picture whatever the frame: parameters that cannot matter beside the others take
   * their defaults. `undefined` when the operation never changes a pixel. Pure and idempotent.
   */
  normalise?(params: z.output<P>): z.output<P> | undefined
  /** Models that do its work, beside those that find its facts. */
  models?(params: z.output<P>): readonly ModelWork[]
  /** Whether a cut lies where the image's focal point says. Pure. */
  followsFocalPoint?(params: z.output<P>): boolean
  /** Whether only what is found in the pixels tells the size of the result. Pure. */
  isSizeFound?(params: z.output<P>): boolean
  /** Pictures beside the source that the operation uses; their facts stand in the frame when `lower` runs. */
  pictures?(params: z.output<P>): readonly PictureRef[]
  /**
   * Pure. Returns the steps for a frame; none when there is nothing to do.
   * @throws Problem `operation/impossible`, `operation/too-large`
   */
  lower(params: z.output<P>, frame: Frame): readonly Step[]
  /** What is true of the image behind the steps that no step says: its working format. Pure. */
  behind?(params: z.output<P>): Partial<Pick<Frame, 'format'>>
}

export function defineOperation<const N extends string, P extends z.ZodObject>(
  definition: OperationDefinition<N, P>,
): OperationDefinition<N, P> {
  return Object.freeze(definition)
}

/** Tagged parameters after parsing: `{ op: 'blur', sigma: 3 }`, defaults filled in. */
export type OutputOf<D> =
  D extends OperationDefinition<infer N, infer P> ? { readonly op: N } & Named<z.output<P>> : never
/** Tagged parameters as a caller writes them. */
export type InputOf<D> =
  D extends OperationDefinition<infer N, infer P> ? { readonly op: N } & Named<z.input<P>> : never

/** Read-only, and without the index signature that an operation without parameters would get. */
type Named<T> = { readonly [K in keyof T as string extends K ? never : K]: T[K] }
