/** What the owner said a picture is about, for cuts that name no place: part of the request from here on. */
import { type DecodeOptions, followsFocalPoint, type Pipeline } from '@fovea/core'
import type { ProducedFrom } from './production.ts'

/** Pictures of an origin have none, and a pipeline that does not ask for it keeps its identity. */
export function withFocalPoint(
  decode: DecodeOptions,
  { focalPoint }: Pick<ProducedFrom, 'focalPoint'>,
  ...pipelines: readonly Pipeline[]
): DecodeOptions {
  if (focalPoint === undefined || !pipelines.some(followsFocalPoint)) return decode
  return { ...decode, focalPoint }
}
