/** The API over a real database, real files and the engine's own header probe, without a socket. */

import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { defaultLimits } from '@fovea/core'
import { probe, run } from '@fovea/engine'
import type { EnginePool, RunJob } from '@fovea/engine/pool'
import type { FastifyContextConfig, FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { AccessLinkService } from '../../access-links/index.ts'
import { createPeople } from '../../accounts/index.ts'
import {
  AssetService,
  AssetWriter,
  type BlobHash,
  BlobStore,
  blobKey,
  TrashService,
  VersionService,
} from '../../assets/index.ts'
import { AuditLog } from '../../audit/index.ts'
import { BatchFiles, BatchQueue, BatchService, ItemWork } from '../../batches/index.ts'
import { type Change, Changes } from '../../changes.ts'
import { readConfig } from '../../config.ts'
import { ConsoleBuild, ConsoleFiles } from '../../console/index.ts'
import { openTestDatabase } from '../../db/databases.test-harness.ts'
import { nodeDigest, VariantStore } from '../../delivery/index.ts'
import { lazyEgress } from '../../egress/index.ts'
import { Outbox } from '../../events/index.ts'
import { ExportService } from '../../exports/index.ts'
import { FactService, NearImages, SightingService } from '../../facts/index.ts'
import { establishDemo, ownerLogin } from '../../first-run/establish.test-harness.ts'
import { IdempotencyKeys } from '../../idempotency/index.ts'
import { JobFiles, JobQueue } from '../../jobs/index.ts'
import { MasterKey } from '../../keys/index.ts'
import { Mailer } from '../../mail/index.ts'
import { ModelShelf } from '../../models/index.ts'
import { type LogFields, Metrics } from '../../observe/index.ts'
import {
  type ConfiguredOrigin,
  type OriginPlace,
  OriginService,
  SourceNotes,
  Sources,
} from '../../origins/index.ts'
import {
  ApiKeyService,
  DomainService,
  type PlanCatalogue,
  PresetService,
  type Project,
  type ProjectId,
  ProjectService,
  reservedSlugs,
  selfHostedPlans,
} from '../../projects/index.ts'
import { LocalCopies, openStorage, type Storage } from '../../storage/index.ts'
import {
  IterationLayerJobs,
  IterationLayerTransforms,
  JsonPipelines,
  SourceReader,
} from '../../transforms/index.ts'
import { DirectUploads, PendingUploads, ResumableUploads, UploadService } from '../../uploads/index.ts'
import { UsageService } from '../../usage/index.ts'
import { DeliveryLog, WebhookService } from '../../webhooks/index.ts'
import { createApi } from '../api.ts'
import type { ApiDependencies } from './dependencies.ts'

export interface Harness extends ApiDependencies {
  readonly api: FastifyInstance
  readonly storage: Storage
  readonly mailer: Mailer
  readonly blobs: BlobStore
  /** Whether the storage has an original. */
  isStored(projectId: ProjectId, hash: BlobHash): Promise<boolean>
  readonly jobs: JobQueue
  readonly masterKey: MasterKey
  readonly project: Project
  readonly apiKey: string
  readonly dataDir: string
  /** What was announced, oldest first. */
  /** `origin:path` of every purge. */
  readonly purged: readonly string[]
  readonly announced: Change[]
  readonly logged: LogFields[]
  /** What the engine was asked for. */
  readonly runs: RunJob[]
  /** What is kept beside the variants of delivery, which has no part here. */
  readonly variants: VariantStore
  readonly batchQueue: BatchQueue
  readonly itemWork: ItemWork
  /** Every route there is, without the HEAD that Fastify adds to a GET. */
  readonly routes: readonly KnownRoute[]
  /** `inject` with the project's key. */
  request(options: InjectOptions): Promise<LightMyRequestResponse>
  upload(
    bytes: Uint8Array,
    name: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<LightMyRequestResponse>
  close(): Promise<void>
}

export interface KnownRoute {
  readonly method: string
  readonly url: string
  readonly config: Readonly<FastifyContextConfig>
}

export interface HarnessOptions {
  readonly kind?: 'sqlite' | 'postgres'
  /** Originals lie in the data directory when absent. */
  readonly storageUrl?: string | undefined
  readonly maxUploadBytes?: number
  readonly plans?: PlanCatalogue
  /** Letters become files when absent. */
  readonly smtpUrl?: string
  readonly termsVersion?: string
  readonly trashDays?: number
  readonly signUp?: 'open' | 'invited'
  /** Where the models lie; none when absent. */
  readonly modelDirectory?: string
  /** Further `FOVEA_…` variables about people. */
  readonly settings?: Readonly<Record<string, string>>
}

export { ownerLogin }

export async function startApi(options: HarnessOptions = {}): Promise<Harness> {
  const test = await openTestDatabase(options.kind ?? 'sqlite')
  const { database, dataDir } = test
  const masterKey = new MasterKey('a test master key of more than 32 characters')
  const storage = await openStorage(dataDir, options.storageUrl)
  const changes = new Changes()
  const announced: Change[] = []
  changes.subscribe((change) => announced.push(change))
  const logged: LogFields[] = []
  const purged: string[] = []
  const note = (fields: LogFields) => void logged.push(fields)
  const log = { error: note, warn: note, info: note, debug: note }
  const onError = (error: unknown) => note({ event: 'background.failed', error })
  const copies = new LocalCopies(join(dataDir, 'copies'), 64 * 1024 * 1024)
  const blobs = new BlobStore({ database, driver: storage.driver, copies, onError })
  const jobs = new JobQueue({ database, masterKey })
  const events = new Outbox(jobs)
  const writer = new AssetWriter({ database, blobs, changes, events, onError })
  const reserved = reservedSlugs('http://app.base.test', 'base.test')
  const projects = new ProjectService({ database, masterKey, changes, events, reserved })
  const limits = { ...defaultLimits, maxSourceBytes: options.maxUploadBytes ?? defaultLimits.maxSourceBytes }
  const runs: RunJob[] = []
  const pool: Pick<EnginePool, 'probe' | 'run'> = {
    probe: (source, limits) => probe({ kind: 'probe', source, limits }),
    async run(job, { onProgress } = {}) {
      runs.push(job)
      const { source, decode, sightings = {}, matte, outputs, limits } = job
      const request = { kind: 'run', source, decode, sightings, matte, outputs, limits } as const
      const control = onProgress === undefined ? {} : { onProgress }
      return { ...(await run(request, control)), queueMs: 0 }
    },
  }
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
  const plans = options.plans ?? selfHostedPlans
  const pending = new PendingUploads({ database, projects, plans })
  const resumable = new ResumableUploads({ pending, uploads, directory: storage.uploadsDir })
  const usage = new UsageService(database)
  const egress = lazyEgress('127.0.0.1')
  const reader = new SourceReader({ egress, pool, temporary: storage.temporary, limits })
  const publicUrl = 'http://images.test'
  const audit = new AuditLog(database)
  const mailer = new Mailer({
    smtpUrl: options.smtpUrl,
    from: 'Fovea <no-reply@images.test>',
    outbox: join(dataDir, 'outbox'),
    log,
    pausesMs: [1, 1],
  })
  const assets = new AssetService({ writer, changes })
  const directUploads = new DirectUploads({ driver: storage.driver, pending, uploads, assets, onError })
  const origins = new OriginService({ database, masterKey, projects, changes, folders: [dataDir] })
  const notes = new SourceNotes(join(dataDir, 'notes'))
  const real = new Sources({ notes, copies, egress, folders: [], pool, limits, log })
  const sources = {
    write: real.write.bind(real),
    look: real.look.bind(real),
    bytes: real.bytes.bind(real),
    find: () => Promise.reject(new Error('the harness asks no origin')),
    purge: async (_project: ProjectId, origin: ConfiguredOrigin, { path }: OriginPlace) =>
      void purged.push(`${origin.name}:${path}`),
  }
  const metrics = new Metrics()
  const finding = { assets, blobs, origins, sources }
  const models = new ModelShelf(options.modelDirectory === undefined ? [] : [options.modelDirectory])
  const sightings = new SightingService({ database, blobs, pool, models, limits, onError })
  const variants = new VariantStore({ dir: join(dataDir, 'variants'), capacityBytes: 10_000_000, log })
  const making = {
    ...finding,
    pool,
    models,
    sightings,
    usage,
    uploads,
    limits,
    metrics,
    reader,
    changes,
    variants,
    digest: nodeDigest,
  }
  const iterationLayer = new IterationLayerTransforms(making)
  const jobFiles = new JobFiles(storage)
  const batchQueue = new BatchQueue({ database, masterKey, events })
  const batchFiles = new BatchFiles(storage.driver, database)
  const itemWork = new ItemWork({ ...making, batchQueue, batchFiles, projects, plans })
  const facts = new FactService({ database, blobs, pool, limits, onError })
  const near = new NearImages({ database, facts })
  const dependencies: ApiDependencies = {
    publicUrl,
    trustedProxies: '',
    audit,
    idempotency: new IdempotencyKeys({ database, masterKey }),
    closeDays: 7,
    ...createPeople({
      projects,
      audit,
      database,
      masterKey,
      mailer,
      log,
      publicUrl,
      egress,
      config: readConfig({
        FOVEA_TERMS_VERSION: options.termsVersion,
        FOVEA_SIGN_UP: options.signUp,
        ...options.settings,
      }),
    }),
    projects,
    apiKeys: new ApiKeyService(database),
    links: new AccessLinkService(database),
    presets: new PresetService({ database, projects, limits }),
    domains: new DomainService({
      ...{ database, projects, reserved: ['images.test'] },
      baseDomain: 'projects.test',
    }),
    origins,
    sources,
    changes,
    database,
    events,
    webhooks: new WebhookService({ database, masterKey, egress, events }),
    deliveries: new DeliveryLog({ database, jobs }),
    assets,
    trash: new TrashService(writer, options.trashDays ?? 30),
    versions: new VersionService(writer),
    facts,
    near,
    sightings,
    uploads,
    exports: new ExportService({ database, jobs, masterKey, storage }),
    pending,
    directUploads,
    resumable,
    egress,
    usage,
    iterationLayer,
    iterationLayerJobs: new IterationLayerJobs({
      ...making,
      iterationLayer,
      jobs,
      jobFiles,
      projects,
      egress,
      database,
      events,
    }),
    pipelines: new JsonPipelines(making),
    batches: new BatchService({
      ...making,
      database,
      masterKey,
      batchQueue,
      batchFiles,
      config: { FOVEA_MAX_ARCHIVE_BYTES: 8 * 1024 * 1024 },
    }),
    plans,
    consoleBuild: new ConsoleBuild({ log, isWanted: false }),
    consoleFiles: new ConsoleFiles(join(dataDir, 'console')),
    limits,
    digest: nodeDigest,
    log,
  }
  const { apiKey } = await establishDemo(database, masterKey)
  const project = await projects.resolve('demo')
  if (project === undefined) throw new Error('no demo project')
  const api = createApi(dependencies)
  const routes: KnownRoute[] = []
  api.addHook('onRoute', ({ method, url, config = {} }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push({ method: each, url, config })
  })
  await api.ready()
  const request = (wanted: InjectOptions) =>
    api.inject({ ...wanted, headers: { authorization: `Bearer ${apiKey}`, ...wanted.headers } })
  return {
    ...dependencies,
    api,
    storage,
    mailer,
    blobs,
    isStored: async (projectId, hash) => (await storage.driver.head(blobKey(projectId, hash))) !== undefined,
    jobs,
    masterKey,
    project,
    apiKey,
    dataDir,
    announced,
    purged,
    logged,
    runs,
    routes,
    variants,
    batchQueue,
    itemWork,
    request,
    async upload(bytes, name, fields = {}) {
      const form = new FormData()
      for (const [field, value] of Object.entries(fields)) form.append(field, value)
      form.append('file', new Blob([Uint8Array.from(bytes)]), name)
      const encoded = new Response(form)
      return request({
        method: 'POST',
        url: '/api/v1/images',
        headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
        payload: Buffer.from(await encoded.arrayBuffer()),
      })
    },
    async close() {
      await mailer.close()
      await audit.flush()
      await api.close()
      await dependencies.apiKeys.close()
      await dependencies.links.close()
      await dependencies.usage.close()
      await egress.close()
      await storage.close()
      await test.close()
    },
  }
}

/** A small picture; another seed gives other bytes. */
export async function picture(
  seed = 1,
  format: 'png' | 'jpeg' = 'png',
  width = 40,
  height = 30,
): Promise<Buffer> {
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from([
      0,
      ...Array.from({ length: width }, (_, x) => [
        (seed * 37 + x) % 256,
        (seed * 91 + y) % 256,
        seed % 256,
      ]).flat(),
    ]),
  )
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const png = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
  if (format === 'png') return png
  const output = { kind: 'image', format, quality: 80, metadata: 'none', animated: false } as const
  const { outputs } = await run({
    kind: 'run',
    source: { bytes: png },
    decode: { orient: true },
    outputs: [{ pipeline: [], output }],
    limits: defaultLimits,
  })
  return Buffer.from(outputs[0]?.bytes ?? [])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
