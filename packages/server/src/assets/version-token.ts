/**
 * The `v` of addresses that the API hands out: it names the bytes and what cuts them, so that an answer may be kept for
 * a year. An `h` tells it apart from versions that clients write themselves (`v=2`), of which nothing is known.
 */
import type { FocalPoint } from '@fovea/core'
import type { Asset, BlobHash } from './asset.ts'

/** Hex digits of the content hash: enough to differ between versions of one path. */
const digits = 8
const own = /^h[0-9a-f]{8}(?:-\d{1,5}-\d{1,5})?$/

/** Cuts depend on the focal point, so an address must not outlive it. */
export function versionToken(hash: BlobHash, focalPoint: FocalPoint | undefined): string {
  const version = `h${hash.slice(0, digits)}`
  if (focalPoint === undefined) return version
  const tenThousandths = ({ x, y }: FocalPoint) => `${Math.round(x * 10_000)}-${Math.round(y * 10_000)}`
  return `${version}-${tenThousandths(focalPoint)}`
}

/** Whether an address that was handed out names another version than this one: an older, or one we do not know of yet. */
export function namesAnother(
  token: string | undefined,
  { hash, focalPoint }: Pick<Asset, 'hash'> & Partial<Pick<Asset, 'focalPoint'>>,
): boolean {
  return token !== undefined && own.test(token) && token !== versionToken(hash, focalPoint)
}
