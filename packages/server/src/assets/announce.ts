/** Tells this process's caches that a path resolves differently now. */
import type { Changes } from '../changes.ts'
import type { ProjectId } from '../projects/index.ts'
import type { AssetId } from './asset.ts'
import { stemOf } from './path.ts'

export interface ChangedAsset {
  readonly id: AssetId
  readonly path: string
}

/**
 * Announces one change per stem a cache may have filed the answer under. They are three because an extension may be
 * part of a name: `a.v2.jpg` is found by `a.v2.webp` (filed under `a.v2`) and by `a.v2` (filed under `a`), and a
 * stored `a.v2` by `a.v2.webp`, too.
 */
export function announceAsset(
  changes: Changes,
  projectId: ProjectId,
  { id, path }: ChangedAsset,
  gone: boolean,
): void {
  const stem = stemOf(path)
  for (const affected of new Set([stem, path, stemOf(stem)])) {
    changes.announce({ kind: 'asset', projectId, assetId: id, stem: affected, gone })
  }
}
