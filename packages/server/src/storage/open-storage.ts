/** Opens the storage of an installation: blobs and unfinished files under the data directory. */
import { join } from 'node:path'
import { type StorageDriver, StorageStartError } from './driver.ts'
import { removeUnfinishedFiles, syncDirectory } from './durable-file.ts'
import { fsStorage } from './fs.ts'
import { proveStorage } from './prove.ts'
import { parseS3Url } from './s3/place.ts'
import { makeSearchable, TemporaryFiles } from './temporary-files.ts'

export interface Storage {
  readonly driver: StorageDriver
  /** For uploads on their way in. Same file system as the blobs, so finishing one is a link and a rename. */
  readonly temporary: TemporaryFiles
  /** Of uploads that come in parts and outlive this process. Same file system as the blobs. */
  readonly uploadsDir: string
  close(): Promise<void>
}

/**
 * Makes the directories and removes what killed processes left unfinished. Originals go below the data directory, or
 * to the bucket of `url`, which is tried first.
 * @throws StorageStartError when the bucket cannot be used
 */
export async function openStorage(dataDir: string, url?: string): Promise<Storage> {
  await makeSearchable(dataDir)
  const uploadsDir = join(dataDir, 'uploads')
  await makeSearchable(uploadsDir)
  await removeUnfinishedFiles(dataDir)
  const temporary = await TemporaryFiles.open(join(dataDir, 'tmp'))
  const driver = url === undefined ? await openFolder(dataDir, temporary) : await openBucket(url)
  await syncDirectory(dataDir)
  const close = async () => {
    await driver.close?.()
    await temporary.close()
  }
  return { driver, temporary, uploadsDir, close }
}

async function openFolder(dataDir: string, temporary: TemporaryFiles): Promise<StorageDriver> {
  const root = join(dataDir, 'blobs')
  await makeSearchable(root)
  return fsStorage({ root, temporary })
}

async function openBucket(url: string): Promise<StorageDriver> {
  const { s3Storage } = await import('./s3/s3.ts')
  const driver = s3Storage(parseS3Url(url))
  try {
    await proveStorage(driver)
    return driver
  } catch (error) {
    await driver.close?.()
    const why = error instanceof Error ? error.message : String(error)
    throw new StorageStartError(`FOVEA_STORAGE_URL: the bucket cannot be used: ${why}`, { cause: error })
  }
}
