/** Opens the storage of an installation: blobs and unfinished files under the data directory. */
import { join } from 'node:path'
import type { StorageDriver } from './driver.ts'
import { removeUnfinishedFiles, syncDirectory } from './durable-file.ts'
import { fsStorage } from './fs.ts'
import { makeSearchable, TemporaryFiles } from './temporary-files.ts'

export interface Storage {
  readonly driver: StorageDriver & { localPath(key: string): string }
  /** For uploads on their way in. Same file system as the blobs, so finishing one is a link and a rename. */
  readonly temporary: TemporaryFiles
  /** Of uploads that come in parts and outlive this process. Same file system as the blobs. */
  readonly uploadsDir: string
  close(): Promise<void>
}

/** Makes the directories and removes what killed processes left unfinished. */
export async function openStorage(dataDir: string): Promise<Storage> {
  await makeSearchable(dataDir)
  const root = join(dataDir, 'blobs')
  await makeSearchable(root)
  const uploadsDir = join(dataDir, 'uploads')
  await makeSearchable(uploadsDir)
  await removeUnfinishedFiles(dataDir)
  await syncDirectory(dataDir)
  const temporary = await TemporaryFiles.open(join(dataDir, 'tmp'))
  return { driver: fsStorage({ root, temporary }), temporary, uploadsDir, close: () => temporary.close() }
}
