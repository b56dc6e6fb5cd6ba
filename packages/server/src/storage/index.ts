export type { ByteRange, ObjectInfo, StorageBody, StorageDriver, StoredObject } from './driver.ts'
export { createFileOnce, isErrno, replaceFile } from './durable-file.ts'
export { openStorage, type Storage } from './open-storage.ts'
export type { TemporaryFiles } from './temporary-files.ts'
