/**
 * The composition root: builds every service once, in order, with explicit arguments. Nothing else in the server
 * constructs a service, and nothing here does the work of one. Log and pool come from outside: children start while
 * this file and all it imports are still being read.
 */
import { join } from 'node:path'
import { defaultLimits, type Limits } from '@fovea/core'
import type { EnginePool } from '@fovea/engine/pool'
import { engineRevision } from '@fovea/engine/revision'
import { AccessLinkService } from './access-links/index.ts'
import { AssetService, AssetWriter, BlobStore, TrashService, VersionService } from './assets/index.ts'
import { AuditLog } from './audit/index.ts'
import { Changes } from './changes.ts'
import type { Config } from './config.ts'
import { createDatabase, type Database } from './db/index.ts'
import { Delivery, nodeDigest, type VariantStore } from './delivery/index.ts'
import { type CheckingEgress, lazyEgress } from './egress/index.ts'
import { Outbox } from './events/index.ts'
import { FactService, NearImages, SightingService } from './facts/index.ts'
import type { WorkWatch } from './foreground.ts'
import { JobFiles, JobQueue } from './jobs/index.ts'
import { checkMasterKey, loadMasterKey, type MasterKey } from './keys/index.ts'
import { Mailer } from './mail/index.ts'
import { modelDirectories } from './model-directories.ts'
import { ModelShelf } from './models/index.ts'
import { errorFields, type Log, Metrics } from './observe/index.ts'
import { OriginService, SourceNotes, Sources } from './origins/index.ts'
import {
  ApiKeyService,
  DomainService,
  PresetService,
  ProjectService,
  reservedSlugs,
  selfHostedPlans,
} from './projects/index.ts'
import { LocalCopies, openStorage, type Storage } from './storage/index.ts'
import { DirectUploads, PendingUploads, ResumableUploads, UploadService } from './uploads/index.ts'
import { UsageService } from './usage/index.ts'

export interface App {
  readonly config: Config
  readonly limits: Limits
  readonly log: Log
  readonly metrics: Metrics
  readonly changes: Changes
  readonly database: Database
  readonly masterKey: MasterKey
  readonly storage: Storage
  readonly blobs: BlobStore
  readonly pool: EnginePool
  /** For every further pool of children that nobody waits for. */
  readonly onBackgroundWork: WorkWatch
  readonly egress: CheckingEgress
  readonly projects: ProjectService
  readonly presets: PresetService
  readonly domains: DomainService
  readonly origins: OriginService
  readonly sources: Sources
  readonly apiKeys: ApiKeyService
  readonly links: AccessLinkService
  readonly assets: AssetService
  readonly trash: TrashService
  readonly versions: VersionService
  readonly facts: FactService
  readonly near: NearImages
  readonly models: ModelShelf
  readonly sightings: SightingService
  readonly uploads: UploadService
  readonly pending: PendingUploads
  readonly directUploads: DirectUploads
  readonly resumable: ResumableUploads
  readonly usage: UsageService
  readonly mailer: Mailer
  readonly jobs: JobQueue
  readonly events: Outbox
  readonly jobFiles: JobFiles
  readonly audit: AuditLog
  readonly delivery: Delivery
  readonly variants: VariantStore
  /** Lets go of everything but what was handed in, in the reverse order of making it. */
  close(): Promise<void>
}

/** What the entry has started already, and ends itself. */
interface Started extends Pick<App, 'log' | 'pool' | 'onBackgroundWork'> {
  readonly opening: Parameters<typeof createDatabase>[1]
}

/**
 * @throws ConfigError, DatabaseStartError, StorageStartError with a sentence for the operator
 */
export async function createApp(config: Config, { opening, ...started }: Started): Promise<App> {
  const { log, pool } = started
  const dataDir = config.FOVEA_DATA_DIR
  const onError = (error: unknown) => log.error({ event: 'background.failed', ...errorFields(error) })
  const [database, masterKey, storage] = await Promise.all([
    createDatabase(config, opening),
    loadMasterKey(config),
    openStorage(dataDir, config.FOVEA_STORAGE_URL),
  ])
  await checkMasterKey(database, masterKey)
  const changes = new Changes()
  const metrics = new Metrics()
  const limits: Limits = Object.freeze({
    ...defaultLimits,
    maxSourceBytes: config.FOVEA_MAX_UPLOAD_BYTES,
    maxPixels: config.FOVEA_MAX_PIXELS,
    maxFrames: config.FOVEA_MAX_FRAMES,
    deadlineMs: config.FOVEA_DEADLINE_MS,
  })
  const copies = new LocalCopies(join(dataDir, 'sources', 'files'), config.FOVEA_SOURCE_CACHE_BYTES)
  const blobs = new BlobStore({ database, driver: storage.driver, copies, onError })
  const reserved = reservedSlugs(config.publicUrl, config.FOVEA_BASE_DOMAIN)
  const jobs = new JobQueue({ database, masterKey })
  const events = new Outbox(jobs)
  const projects = new ProjectService({ database, masterKey, changes, events, reserved })
  const presets = new PresetService({ database, projects, limits })
  const domains = new DomainService({
    ...{ database, projects, baseDomain: config.FOVEA_BASE_DOMAIN },
    reserved: [new URL(config.publicUrl).hostname],
  })
  const folders = config.FOVEA_ORIGIN_FOLDERS
  const origins = new OriginService({ database, masterKey, projects, changes, folders })
  const egress = lazyEgress(config.FOVEA_EGRESS_ALLOW)
  const sources = new Sources({
    notes: new SourceNotes(join(dataDir, 'sources', 'notes')),
    copies,
    egress,
    folders,
    pool,
    limits,
    log,
  })
  const apiKeys = new ApiKeyService(database)
  const links = new AccessLinkService(database)
  const writer = new AssetWriter({ database, blobs, changes, events, onError })
  const assets = new AssetService({ writer, changes })
  const trash = new TrashService(writer, config.FOVEA_TRASH_DAYS)
  const versions = new VersionService(writer)
  const facts = new FactService({ database, blobs, pool, limits, onError })
  const near = new NearImages({ database, facts })
  const models = new ModelShelf(modelDirectories(config))
  const sightings = new SightingService({ database, blobs, pool, models, limits, onError })
  const usage = new UsageService(database)
  const uploads = new UploadService({
    database,
    blobs,
    temporary: storage.temporary,
    changes,
    events,
    pool,
    limits,
    onError,
  })
  const audit = new AuditLog(database)
  const mailer = new Mailer({
    smtpUrl: config.FOVEA_SMTP_URL,
    from: config.FOVEA_MAIL_FROM ?? `Fovea <no-reply@${new URL(config.publicUrl).hostname}>`,
    outbox: join(dataDir, 'outbox'),
    log,
  })
  mailer.resume()
  const pending = new PendingUploads({ database, projects, plans: selfHostedPlans })
  const directUploads = new DirectUploads({ driver: storage.driver, pending, uploads, assets, onError })
  const resumable = new ResumableUploads({ pending, uploads, directory: storage.uploadsDir })
  const delivery = new Delivery({
    projects,
    assets,
    links,
    origins,
    sources,
    blobs,
    pool,
    sightings,
    usage,
    changes,
    config,
    variantDir: join(dataDir, 'variants'),
    limits,
    engineRevision,
    models,
    digest: nodeDigest,
    log,
    metrics,
  })
  const jobFiles = new JobFiles(storage)
  const close = async () => {
    await delivery.close()
    await mailer.close()
    await audit.flush()
    await egress.close()
    await usage.close()
    await apiKeys.close()
    await links.close()
    await storage.close()
    await database.close()
  }
  return {
    ...started,
    config,
    limits,
    metrics,
    changes,
    database,
    masterKey,
    storage,
    blobs,
    egress,
    projects,
    presets,
    domains,
    origins,
    sources,
    apiKeys,
    links,
    assets,
    trash,
    versions,
    facts,
    near,
    models,
    sightings,
    uploads,
    pending,
    directUploads,
    resumable,
    usage,
    mailer,
    jobs,
    events,
    jobFiles,
    audit,
    delivery,
    variants: delivery.variants,
    close,
  }
}
