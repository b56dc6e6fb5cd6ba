export {
  type Batch,
  type BatchId,
  type BatchItem,
  type BatchProgress,
  batchStates,
  type ClaimedItem,
  type ItemResult,
  itemStates,
} from './batch.ts'
export { BatchFiles } from './batch-files.ts'
export { BatchQueue } from './batch-queue.ts'
export { BatchService } from './batch-service.ts'
export { ItemWork } from './item-work.ts'
