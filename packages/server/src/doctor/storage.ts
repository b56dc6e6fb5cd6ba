/**
 * Whether the bucket for originals can be used: a small object is put, read in part, listed and removed, and posted
 * with a form where browsers shall do so.
 */
import { randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'
import { proveStorage, type StorageDriver } from '../storage/index.ts'
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
    const ms = Math.round(performance.now() - started)
    const detail = `${place.base} was written to and read in ${ms} ms`
    const refusal = await postForm(driver)
    return refusal === undefined
      ? { state: 'well', detail, ms }
      : { state: 'doubtful', detail: `${detail}, but takes no form (direct=): ${refusal}`, ms }
  } finally {
    await driver.close?.()
  }
}

/** What a browser would do, but for CORS; a sentence when that fails. */
async function postForm(driver: StorageDriver): Promise<string | undefined> {
  const key = `checks/${randomBytes(8).toString('hex')}`
  const bounds = { minBytes: 1, maxBytes: 100, contentType: undefined, expiresAt: Date.now() + 60_000 }
  const target = driver.directUpload?.(key, bounds)
  if (target === undefined) return undefined
  const form = new FormData()
  for (const [name, value] of Object.entries(target.fields)) form.append(name, value)
  form.append('file', new Blob(['posted by a check']))
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      body: form,
      signal: AbortSignal.timeout(10_000),
    })
    await response.body?.cancel()
    return response.ok ? undefined : `${target.url} answered ${response.status}`
  } catch (error) {
    return `${target.url} did not answer: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    await driver.delete([key])
  }
}
