export {
  type DirectUpload,
  type ObjectInfo,
  type StorageBody,
  type StorageDriver,
  StorageError,
  type StoredObject,
} from './driver.ts'
export {
  createFileOnce,
  flushFile,
  removeUnfinishedFiles,
  replaceFile,
  syncDirectory,
} from './durable-file.ts'
export { isDiskFailure, isErrno } from './errno.ts'
export { GatheredFile } from './gathered-file.ts'
export { type HeldFile, LocalCopies } from './local-copies.ts'
export { localFile } from './local-file.ts'
export { openStorage, type Storage } from './open-storage.ts'
export { isOwnerAlive, ownerName } from './process-owner.ts'
export { proveStorage } from './prove.ts'
export type { TemporaryFiles } from './temporary-files.ts'
