/** Whether the bucket for originals can be used: a small object is put, read in part, listed and removed. */
import type { Config } from '../config.ts'
import { proveStorage } from '../storage/index.ts'
import { parseS3Url } from '../storage/s3/place.ts'
import { type Finding, found } from './finding.ts'

/** Nothing where originals lie in the data directory, which the check of the disk covers. */
export async function checkStorage({ FOVEA_STORAGE_URL: url }: Config): Promise<readonly Finding[]> {
  if (url === undefined) return []
  return [await found('storage', () => proveBucket(url))]
}

async function proveBucket(url: string): Promise<Omit<Finding, 'name'>> {
  const { s3Storage } = await import('../storage/s3/s3.ts')
  const place = parseS3Url(url)
  const driver = s3Storage(place)
  const started = performance.now()
  try {
    await proveStorage(driver)
  } finally {
    await driver.close?.()
  }
  const ms = Math.round(performance.now() - started)
  return { state: 'well', detail: `${place.base} was written to and read in ${ms} ms`, ms }
}
