/**
 * Tables as Kysely sees them. Only portable types: text ids, integers for counts and Unix milliseconds, JSON as text.
 *
 * Columns are snake_case because both engines fold or quote anything else.
 */
import type { Generated } from 'kysely'

export interface UsersTable {
  id: string
  /** Lower case. */
  email: string
  name: Generated<string>
  image: string | null
  /** 0 or 1. */
  email_verified: Generated<number>
  /** 0 or 1. */
  two_factor_enabled: Generated<number>
  /** Which terms were accepted, and when; null where none were asked for. */
  terms_version: string | null
  terms_accepted_at: number | null
  /** 0 or 1: may set the states of projects and teams. */
  is_operator: Generated<number>
  /** When a closed account is deleted, Unix milliseconds. */
  delete_after: number | null
  /** SHA-256 of the token in the letter that opens a closed account again, hex. */
  restore_hash: string | null
  created_at: number
  updated_at: Generated<number>
}

/** How a person proves who they are: a password, or an account elsewhere. */
export interface LoginsTable {
  id: string
  user_id: string
  /** `credential` for a password. */
  provider_id: string
  /** The person's name there; their own id for a password. */
  account_id: string
  /** `pbkdf2-sha512$iterations$salt$hash`: the parameters travel with the hash. */
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: number | null
  refresh_token_expires_at: number | null
  scope: string | null
  created_at: number
  updated_at: number
}

export interface SessionsTable {
  id: string
  user_id: string
  token: string
  ip_address: string | null
  user_agent: string | null
  expires_at: number
  created_at: number
  updated_at: number
}

/** What is out by mail or waits for a second step, until it is used or too old. */
export interface VerificationsTable {
  id: string
  identifier: string
  value: string
  expires_at: number
  created_at: number
  updated_at: number
}

/** TOTP secret and recovery codes, encrypted by better-auth under a key derived from the master key. */
export interface SecondFactorsTable {
  id: string
  user_id: string
  secret: string
  backup_codes: string
  /** 0 until a first code has been shown. */
  verified: Generated<number>
  failed_verification_count: Generated<number>
  locked_until: number | null
}

/** How often something was tried; see accounts/attempts.ts. */
export interface AttemptsTable {
  /** HMAC of what is counted: neither addresses nor e-mails are kept. */
  key: string
  used: number
  ends_at: number
}

export interface TeamsTable {
  id: string
  name: string
  /** `LastingState` of projects/project-states.ts; holds for all its projects. */
  state: Generated<string>
  state_reason: string | null
  /** When a closed one is deleted, Unix milliseconds. */
  delete_after: number | null
  created_at: number
  updated_at: number
}

export interface TeamMembersTable {
  team_id: string
  user_id: string
  /** `Role` of projects/roles.ts. */
  role: string
  created_at: number
}

/** A place in a team that somebody may take. */
export interface InvitationsTable {
  id: string
  team_id: string
  /** Lower case. */
  email: string
  role: string
  /** SHA-256 of the token in the letter, hex. */
  token_hash: string
  expires_at: number
  created_at: number
}

/** What the operator has to say. */
export interface NoticesTable {
  id: string
  /** null = to everybody. */
  team_id: string | null
  title: string
  text: string
  /** From when it is shown. */
  starts_at: number
  created_at: number
  /** null = its letters have not left. */
  mailed_at: number | null
}

/** Who does not want to see a notice again. */
export interface DismissedNoticesTable {
  notice_id: string
  user_id: string
}

/** Who changed what, and when. */
export interface AuditEventsTable {
  id: string
  project_id: string | null
  team_id: string | null
  /** `key` or `person`. */
  actor_kind: string
  actor_id: string
  actor_name: string
  action: string
  /** JSON of the parameters in the address. */
  target: string
  created_at: number
}

export interface ProjectsTable {
  id: string
  slug: string
  name: string
  /** The person who made it. */
  owner_id: string
  /** Whose project it is. Null only before it is set in the same transaction. */
  team_id: string | null
  plan: string
  /** `LastingState` of projects/project-states.ts. */
  state: Generated<string>
  state_reason: string | null
  /** When a closed one is deleted, Unix milliseconds. */
  delete_after: number | null
  generation: number
  /** JSON of `ProjectSettings`. */
  settings: string
  created_at: number
  updated_at: number
}

export interface ApiKeysTable {
  id: string
  project_id: string
  name: string
  /** First characters of the key, shown in lists. */
  prefix: string
  /** SHA-256 of the whole key, hex. */
  hash: string
  /** Comma-separated. */
  scopes: string
  expires_at: number | null
  last_used_at: number | null
  total_requests: Generated<number>
  created_at: number
}

export interface SigningSecretsTable {
  project_id: string
  kid: string
  /** AES-256-GCM under a key derived from the master key. */
  sealed: string
  created_at: number
}

export interface PresetsTable {
  id: string
  project_id: string
  /** Whose words `params` speaks. */
  dialect: string
  /** Unique among those of the project and dialect. */
  name: string
  description: string | null
  /** JSON object of parameters. */
  params: string
  usage_count: Generated<number>
  created_at: number
  updated_at: number
  /** Number of the newest row in `preset_versions`. */
  version: Generated<number>
}

/** What a preset said, newest version included. */
export interface PresetVersionsTable {
  preset_id: string
  /** From 1. */
  version: number
  name: string
  description: string | null
  /** JSON object of parameters. */
  params: string
  created_at: number
}

/** Where a project's pictures come from beside its uploads. */
export interface OriginsTable {
  id: string
  project_id: string
  name: string
  kind: string
  /** Paths that begin with it come from here; empty for all that no other origin takes. */
  prefix: string
  /** JSON of the kind's settings, without secrets. */
  settings: string
  /** JSON of the kind's credentials, AES-256-GCM under a key derived from the master key. */
  sealed: string | null
  /** Grows with every change: remembered sources of an older revision are not used. */
  revision: number
  created_at: number
  updated_at: number
}

/** Host names of a project. */
export interface DomainsTable {
  /** Lower case, without port. */
  host: string
  project_id: string
  /** Spoken by paths that name no mount. */
  dialect: string
  /** Name of the origin such paths come from; null = by path. */
  origin: string | null
  created_at: number
}

/** A slug that a project had before it was renamed still leads to it. */
export interface FormerSlugsTable {
  slug: string
  project_id: string
  created_at: number
}

export interface BlobsTable {
  project_id: string
  hash: string
  size: number
  format: string
  /** JSON of `HeaderFacts`. */
  facts: string
  created_at: number
  /** 16 hex digits; null where there is none, or not yet. */
  fingerprint: string | null
  /** Of the analysis that looked for it; 0 before one has. */
  fingerprint_revision: Generated<number>
  /** The fingerprint in four parts of 16 bits. */
  band_0: number | null
  band_1: number | null
  band_2: number | null
  band_3: number | null
  /** The same for all blobs that look alike; null where none does. */
  near_group: string | null
}

export interface AssetsTable {
  id: string
  project_id: string
  path: string
  /** Directory part of `path`, empty for the root. */
  folder: string
  stem: string
  /** What search looks into: path and original file name, folded. */
  search_text: string
  hash: string
  generation: number
  visibility: string
  original_filename: string
  created_at: number
  updated_at: number
  /** When the image of these bytes came: the same for all its paths. */
  listed_at: number
  alt_text: Generated<string>
  /** JSON array. */
  tags: Generated<string>
  /** JSON object. */
  metadata: Generated<string>
  /** Share of the width, 0–1. */
  focal_x: number | null
  /** Share of the height, 0–1. */
  focal_y: number | null
}

/** What lay at an asset's path, the current bytes included. A row holds its blob. */
export interface AssetVersionsTable {
  asset_id: string
  generation: number
  project_id: string
  hash: string
  original_filename: string
  created_at: number
}

/** Deleted assets that can still be restored, as their rows were. */
export interface TrashedAssetsTable {
  id: string
  project_id: string
  path: string
  hash: string
  generation: number
  visibility: string
  original_filename: string
  alt_text: string
  tags: string
  metadata: string
  focal_x: number | null
  focal_y: number | null
  created_at: number
  deleted_at: number
}

/** Uploads that were announced and have not come, or have come lately. */
export interface PendingUploadsTable {
  /** SHA-256 of the token in the address, hex. */
  id: string
  project_id: string
  /** `put` or `tus`. */
  kind: string
  path: string | null
  file_name: string
  visibility: string | null
  content_type: string | null
  min_bytes: number
  max_bytes: number
  /** 1 when what lies at the path may be replaced. */
  overwrite: number
  image_id: string | null
  created_at: number
  expires_at: number
}

/** Folders with images in or below them. */
export interface FoldersTable {
  project_id: string
  /** Empty for the root. */
  path: string
  /** null for the root. */
  parent: string | null
  name: string
  /** Images in it and below, each once. */
  images: number
  /** Images directly in it, each once. */
  own_images: number
  /** Paths directly in it: more than images where one has several. */
  own_paths: number
}

/** SQLite only: the trigram index over `assets.search_text`, filled by triggers. */
export interface AssetSearchTable {
  rowid: number
  project: string
  words: string
}

/** SQLite only: whose text a row of `asset_search` holds. */
export interface AssetSearchKeysTable {
  id: number
  asset_id: string
}

/** The newest signed URL of an image; the signature itself is recomputed, never stored. */
export interface SignedUrlsTable {
  project_id: string
  hash: string
  /** Raw target behind the mount, without `sig`. */
  target: string
  kid: string
  expires_at: number
}

/** Links that open one image to whoever has them. */
export interface AccessLinksTable {
  id: string
  project_id: string
  hash: string
  /** SHA-256 of the token in the address, hex. */
  token_hash: string
  path: string
  preset: string | null
  note: string
  max_uses: number | null
  uses: Generated<number>
  last_used_at: number | null
  created_at: number
  expires_at: number
  revoked_at: number | null
}

/** What was found out about a blob. */
export interface ImageSightingsTable {
  project_id: string
  hash: string
  /** Of the models; rows of others are made again. */
  revision: string
  /** JSON of `Seen`. */
  seen: string
  created_at: number
}

/** The last removal of an original from a bucket. */
export interface BlobRemovalsTable {
  project_id: string
  hash: string
  /** Another for each removal. */
  id: string
  /** The process, see storage/process-owner.ts. */
  owner: string
  begun_at: number
  /** null = under way, or given up without knowing how it ended. */
  ended_at: number | null
}

export interface ImageFactsTable {
  project_id: string
  hash: string
  /** Of the analysis; rows of another revision are made again. */
  revision: number
  /** JSON of `PictureFacts`, without place and serial numbers. */
  facts: string
  created_at: number
}

export interface UsagePeriodsTable {
  project_id: string
  /** `YYYY-MM`, UTC. */
  period: string
  uploads: Generated<number>
  bandwidth_bytes: Generated<number>
  api_requests: Generated<number>
}

/** One row per distinct transform of a project and month. */
export interface TransformsTable {
  project_id: string
  period: string
  transform_id: string
}

/** Work that outlives its request. */
export interface JobsTable {
  id: string
  project_id: string
  kind: string
  /** `open`, `done`, `failed`. */
  state: string
  /** The handler's JSON, sealed under a key derived from the master key; empty when the job has ended. */
  payload: string
  attempt: number
  /** When it may be taken up; while somebody works on it, when the lease ends. */
  due_at: number
  /** The process that works on it. */
  owner: string | null
  /** Why the last attempt failed. */
  error: string | null
  created_at: number
  updated_at: number
}

/** Where a project is told what happens in it. */
export interface WebhooksTable {
  id: string
  project_id: string
  url: string
  description: string
  /** JSON: the types of the events that are told. */
  events: string
  /** `enabled` or `disabled`. */
  state: string
  /** Why it was disabled, when the server did it. */
  state_reason: string | null
  /** JSON of its secrets, under a key derived from the master key. */
  sealed: string
  /** Attempts that failed since the last good one. */
  failures: number
  /** When the first of them was. */
  failing_since: number | null
  /** Nothing is sent before, while attempts keep failing. */
  quiet_until: number | null
  created_at: number
  updated_at: number
}

/** A message for one webhook, and what has become of it. */
export interface WebhookDeliveriesTable {
  id: string
  project_id: string
  webhook_id: string
  /** What receivers tell repetitions by; the same at every webhook that hears of an event. */
  message_id: string
  event: string
  /** As it is sent. */
  body: string
  /** `pending`, `delivered` or `failed`. */
  state: string
  /** The job that sends it. */
  job_id: string
  /** Since it was put into the queue the last time. */
  attempts: number
  /** How the last attempt ended. */
  status: number | null
  error: string | null
  answer: string | null
  duration_ms: number | null
  attempted_at: number | null
  /** When the next attempt is due; null when there is none. */
  next_at: number | null
  created_at: number
}

/** Answers to requests under an `Idempotency-Key`. */
export interface IdempotencyKeysTable {
  /** SHA-256 of caller and key, hex. */
  id: string
  project_id: string | null
  /** SHA-256 of the request without its body, hex. */
  head: string
  attempt: number
  /** The process that carries it out, or did. */
  owner: string
  /** When others may take it up, unless there is an answer. */
  lease_until: number
  /** SHA-256, hex. */
  body_hash: string | null
  /** Status, headers and body, sealed under a key derived from the master key; null until it has ended well. */
  answer: string | null
  expires_at: number
}

/** A user's job: many pictures through one pipeline. */
export interface BatchesTable {
  id: string
  project_id: string
  name: string | null
  /** `BatchState` of batches/batch.ts. */
  state: string
  /** JSON of the request, sealed under a key derived from the master key. */
  request: string
  /** How many pictures it has. */
  items: number
  /** Of the archive that is kept for it; 0 for none. */
  archive_bytes: number
  /** When one of its pictures was taken up last: the jobs take turns. */
  taken_at: number
  created_at: number
  ended_at: number | null
}

/** A picture of a job. */
export interface BatchItemsTable {
  batch_id: string
  /** From 0. */
  position: number
  /** What lists show: its path or address, without anything secret. */
  label: string
  /** JSON of `ItemSource`, sealed under a key derived from the master key. */
  source: string
  /** `open`, `done`, `failed`, `cancelled`. */
  state: string
  /** How often it has been taken up since its owner asked for it. */
  attempt: number
  /** How often it has been taken up at all: whoever holds an older one has lost it. */
  lease: number
  /** When it may be taken up; while somebody works on it, when the lease ends. */
  due_at: number
  /** The process that works on it. */
  owner: string | null
  /** JSON of why it failed, or of why its last attempt did. */
  problem: string | null
  /** JSON list of what models would have done better for its results and were not here for. */
  degraded: string | null
  /** How far it has come, 0–100, while somebody works on it who can tell. */
  percent: number | null
  started_at: number | null
  ended_at: number | null
}

/** What was made of a picture of a job; that of an image is written in the very transaction that makes it exist. */
export interface BatchResultsTable {
  batch_id: string
  position: number
  /** Place among the outputs, from 0. */
  output: number
  name: string | null
  format: string
  width: number
  height: number
  size: number
  /** Of the image or the object it has become; null for what is no picture. */
  path: string | null
  /** Of the image. */
  hash: string | null
  /** Name of the origin that has the object, and what it calls this version. */
  origin: string | null
  etag: string | null
  /** Of what is no picture. */
  content: string | null
}

/** Archives of what a project holds; the id is that of the job that makes one. */
export interface ExportsTable {
  id: string
  project_id: string
  /** Who asked for it; null for a key, and when the person is gone. */
  user_id: string | null
  /** `running`, `done`, `failed`. */
  state: string
  /** How many it will have; 0 until it has begun. */
  files: number
  files_done: number
  /** Of the archive; null until it is done. */
  size: number | null
  /** When it is deleted. */
  expires_at: number
  created_at: number
}

/** Facts about this installation that must exist once. */
export interface InstallationTable {
  key: string
  value: string
}

export interface Schema {
  users: UsersTable
  logins: LoginsTable
  sessions: SessionsTable
  verifications: VerificationsTable
  second_factors: SecondFactorsTable
  attempts: AttemptsTable
  teams: TeamsTable
  team_members: TeamMembersTable
  invitations: InvitationsTable
  notices: NoticesTable
  dismissed_notices: DismissedNoticesTable
  audit_events: AuditEventsTable
  projects: ProjectsTable
  api_keys: ApiKeysTable
  signing_secrets: SigningSecretsTable
  presets: PresetsTable
  preset_versions: PresetVersionsTable
  origins: OriginsTable
  domains: DomainsTable
  former_slugs: FormerSlugsTable
  blobs: BlobsTable
  assets: AssetsTable
  asset_versions: AssetVersionsTable
  trashed_assets: TrashedAssetsTable
  folders: FoldersTable
  pending_uploads: PendingUploadsTable
  asset_search: AssetSearchTable
  asset_search_keys: AssetSearchKeysTable
  signed_urls: SignedUrlsTable
  access_links: AccessLinksTable
  image_facts: ImageFactsTable
  image_sightings: ImageSightingsTable
  blob_removals: BlobRemovalsTable
  usage_periods: UsagePeriodsTable
  transforms: TransformsTable
  jobs: JobsTable
  webhooks: WebhooksTable
  webhook_deliveries: WebhookDeliveriesTable
  idempotency_keys: IdempotencyKeysTable
  batches: BatchesTable
  batch_items: BatchItemsTable
  batch_results: BatchResultsTable
  exports: ExportsTable
  installation: InstallationTable
}
