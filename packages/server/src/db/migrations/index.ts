/** Every migration in order. A merged one is never edited; a change is a new number. */
import { initial } from './0001-initial.ts'
import { imageFacts } from './0002-image-facts.ts'
import { originsAndDomains } from './0003-origins-and-domains.ts'
import { presetsPerDialect } from './0004-presets-per-dialect.ts'
import { presetVersions } from './0005-preset-versions.ts'
import { accounts } from './0006-accounts.ts'
import { assetLibrary } from './0007-asset-library.ts'
import { teams } from './0008-teams.ts'
import { jobs } from './0009-jobs.ts'
import { audit } from './0010-audit.ts'
import { pendingUploads } from './0011-pending-uploads.ts'
import { projectStates } from './0012-project-states.ts'
import { accessLinks } from './0013-access-links.ts'
import { teamStates } from './0014-team-states.ts'
import { webhooks } from './0015-webhooks.ts'
import { idempotencyKeys } from './0016-idempotency-keys.ts'
import { closedPeople } from './0017-closed-people.ts'
import { batches } from './0018-batches.ts'
import { notices } from './0019-notices.ts'
import { dataExports } from './0020-data-exports.ts'
import { fingerprints } from './0021-fingerprints.ts'
import { folderPaths } from './0022-folder-paths.ts'
import { batchObjects } from './0023-batch-objects.ts'
import { imageSightings } from './0024-image-sightings.ts'
import { degradedItems } from './0025-degraded-items.ts'
import { itemProgress } from './0026-item-progress.ts'
import { noticeLetters } from './0027-notice-letters.ts'
import { blobRemovals } from './0028-blob-removals.ts'
import type { MigrationStep } from './migration-step.ts'

export const migrations: Readonly<Record<string, MigrationStep>> = {
  '0001-initial': initial,
  '0002-image-facts': imageFacts,
  '0003-origins-and-domains': originsAndDomains,
  '0004-presets-per-dialect': presetsPerDialect,
  '0005-preset-versions': presetVersions,
  '0006-accounts': accounts,
  '0007-asset-library': assetLibrary,
  '0008-teams': teams,
  '0009-jobs': jobs,
  '0010-audit': audit,
  '0011-pending-uploads': pendingUploads,
  '0012-project-states': projectStates,
  '0013-access-links': accessLinks,
  '0014-team-states': teamStates,
  '0015-webhooks': webhooks,
  '0016-idempotency-keys': idempotencyKeys,
  '0017-closed-people': closedPeople,
  '0018-batches': batches,
  '0019-notices': notices,
  '0020-data-exports': dataExports,
  '0021-fingerprints': fingerprints,
  '0022-folder-paths': folderPaths,
  '0023-batch-objects': batchObjects,
  '0024-image-sightings': imageSightings,
  '0025-degraded-items': degradedItems,
  '0026-item-progress': itemProgress,
  '0027-notice-letters': noticeLetters,
  '0028-blob-removals': blobRemovals,
}
