/**
 * Names of all migrations, oldest first. Apart from the migrations themselves, so that a start on an up-to-date
 * database need not load them; a test compares the two lists.
 */
export const migrationNames: readonly string[] = [
  '0001-initial',
  '0002-image-facts',
  '0003-origins-and-domains',
  '0004-presets-per-dialect',
  '0005-preset-versions',
  '0006-accounts',
  '0007-asset-library',
  '0008-teams',
  '0009-jobs',
  '0010-audit',
  '0011-pending-uploads',
  '0012-project-states',
  '0013-access-links',
  '0014-team-states',
  '0015-webhooks',
  '0016-idempotency-keys',
  '0017-closed-people',
  '0018-batches',
  '0019-notices',
  '0020-data-exports',
  '0021-fingerprints',
  '0022-folder-paths',
  '0023-batch-objects',
  '0024-image-sightings',
  '0025-degraded-items',
  '0026-item-progress',
  '0027-notice-letters',
  '0028-blob-removals',
]
