/** What models saw in the source, where a pipeline wants to know: once for a picture, whatever is made of it. */
import { type Seen, type Sightings, sightingsIn, wantedSightings } from '@fovea/core'
import type { DeliveryContext } from './dependencies.ts'
import type { Production } from './production.ts'
import type { Answer } from './respond.ts'

export interface Sighted {
  readonly pool: Pick<DeliveryContext['pool'], 'run'>
  readonly sightings: DeliveryContext['sightings']
}

/** @throws Problem of the engine, the pool or the file */
export async function sightingsOf(
  { source, decode, outputs }: Pick<Production, 'source' | 'decode' | 'outputs'>,
  { sightings, pool }: Sighted,
): Promise<Partial<Sightings> | undefined> {
  const wanted = outputs.flatMap(({ pipeline }) => wantedSightings(pipeline, {}))
  // Of a document only the first page is kept.
  if (wanted.length === 0 || (decode.page ?? 1) > 1) return undefined
  return sightingsIn(await sightings.of(source, wanted.includes('subjects') ? 'subjects' : 'faces', pool))
}

/** What a document is to tell of the picture's faces and subjects. @throws as `sightingsOf` */
export async function toldSightings(
  { wanted: { output }, asset }: Pick<Answer, 'wanted' | 'asset'>,
  { sightings, pool }: Sighted,
): Promise<Seen | undefined> {
  if (output.kind !== 'metadata' || output.sees === undefined) return undefined
  return sightings.of(asset, output.sees, pool)
}
