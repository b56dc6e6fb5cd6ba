/** What models saw in the source, where a pipeline wants to know: once for a picture, whatever is made of it. */
import { type Sightings, sightingsIn, wantedSightings } from '@fovea/core'
import type { DeliveryContext } from './dependencies.ts'
import type { Production } from './produce.ts'

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
