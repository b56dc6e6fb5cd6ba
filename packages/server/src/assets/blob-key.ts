/** Where a project's blob lies in storage. Tenants never share an object: equal bytes of two projects are two files. */

import type { ProjectId } from '../projects/project.ts'
import type { BlobHash } from './asset.ts'

export function blobKey(projectId: ProjectId, hash: BlobHash): string {
  return `${projectId}/${hash.slice(0, 2)}/${hash}`
}

/** Inverse of `blobKey`; `undefined` for keys of anything else. */
export function parseBlobKey(
  key: string,
): { readonly projectId: ProjectId; readonly hash: BlobHash } | undefined {
  const match = /^([A-Za-z0-9_-]+)\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(key)
  return match === null ? undefined : { projectId: match[1] as ProjectId, hash: match[2] as BlobHash }
}
