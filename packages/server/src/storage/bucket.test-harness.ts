/** A bucket of the S3 server that the tests run against, new for each caller. */
import { randomBytes } from 'node:crypto'
import { accountFrom, Bucket } from '../origins/origins.test-harness.ts'

const account = accountFrom('FOVEA_TEST_S3_URL')

/** Why tests on a bucket are skipped. */
export const withoutBucket = account === undefined ? 'FOVEA_TEST_S3_URL is not set' : undefined

/** Makes a bucket; the setting that stores originals in a folder of it. */
export async function newBucketUrl(): Promise<string> {
  if (account === undefined) throw new Error(withoutBucket)
  const name = `fovea-${randomBytes(6).toString('hex')}`
  await new Bucket(account, name).create()
  return bucketUrl(name)
}

/** The setting for a bucket that may not exist, with other keys where wanted. */
export function bucketUrl(
  name: string,
  keys: { readonly key?: string; readonly secret?: string } = {},
): string {
  if (account === undefined) throw new Error(withoutBucket)
  const key = encodeURIComponent(keys.key ?? account.name)
  const secret = encodeURIComponent(keys.secret ?? account.key)
  return `s3://${key}:${secret}@${name}/images?endpoint=${account.endpoint}&direct=true`
}
