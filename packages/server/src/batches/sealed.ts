/** What of a batch is sealed while it is stored: requests and sources may hold addresses with secrets in them. */
import type { MasterKey } from '../keys/index.ts'
import type { BatchId, ItemSource } from './batch.ts'

interface Place {
  readonly batchId: BatchId
  readonly position: number
}

export function sealRequest(masterKey: MasterKey, id: BatchId, request: string): string {
  return masterKey.seal('batches', id, request)
}

export function openRequest(masterKey: MasterKey, id: BatchId, sealed: string): string {
  return masterKey.open('batches', id, sealed)
}

export function sealSource(masterKey: MasterKey, place: Place, source: ItemSource): string {
  return masterKey.seal('batches', contextOf(place), JSON.stringify(source))
}

export function openSource(masterKey: MasterKey, place: Place, sealed: string): ItemSource {
  return JSON.parse(masterKey.open('batches', contextOf(place), sealed)) as ItemSource
}

function contextOf({ batchId, position }: Place): string {
  return `${batchId}/${position}`
}
