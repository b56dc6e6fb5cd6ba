/**
 * Delivery over real HTTP on a free port, with a temporary cache directory and a pool whose every render the test
 * holds in its hand: started, waiting, finished or refused. Pixels are the engine's business and are tested there.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, problem, type RunOutput, textFormatOf } from '@fovea/core'
import type { HeaderFacts, RunResult } from '@fovea/engine/pool'
import type { AccessLink } from '../access-links/index.ts'
import type { Asset, AssetId, BlobHash } from '../assets/asset.ts'
import { Changes } from '../changes.ts'
import { Listener } from '../http/listener.ts'
import { ModelShelf } from '../models/index.ts'
import { createLog, Metrics } from '../observe/index.ts'
import { newProjectSettings } from '../projects/index.ts'
import type { Domain, Preset, Project, ProjectId, ProjectSettings } from '../projects/project.ts'
import { Delivery, type DeliveryDependencies, nodeDigest } from './index.ts'

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A render that waits for the test. */
export interface PendingRender {
  readonly output: RunOutput
  readonly signal: AbortSignal | undefined
  /** What the pool does when a child takes the job up. */
  start(): void
  finish(bytes?: Uint8Array): void
  fail(error: unknown): void
}

export interface Harness {
  readonly port: number
  readonly dir: string
  readonly delivery: Delivery
  readonly listener: Listener
  readonly changes: Changes
  readonly metrics: Metrics
  readonly project: Project
  readonly renders: PendingRender[]
  /** Lines of the log so far. */
  readonly log: string[]
  /** Set to let renders run through at once with these bytes. */
  auto: ((output: RunOutput) => Uint8Array) | undefined
  lookups: number
  /** Access links by their tokens. */
  readonly links: Map<string, AccessLink>
  /** Ids of links that were used, one for each use. */
  readonly linkUses: string[]
  /** Host names of projects. */
  readonly hosts: Map<string, { readonly project: Project; readonly domain: Domain }>
  /** Transforms that were reserved. */
  reserved: number
  /** Bytes counted as usage so far. */
  bandwidthBytes: number
  setProject(change: Partial<ProjectSettings>): void
  setState(state: Project['state'], stateReason?: string): void
  setPresets(presets: readonly Pick<Preset, 'dialect' | 'name' | 'params'>[]): void
  addAsset(path: string, options?: Partial<Asset> & { readonly bytes?: Uint8Array }): Promise<Asset>
  removeAsset(asset: Asset): void
  /** Asks until memory holds the answer. */
  warm(target: string): Promise<void>
  get(target: string, options?: { headers?: Record<string, string>; method?: string }): Promise<Answered>
  close(): Promise<void>
}

export const signingSecret = { kid: 'k1', secret: 'a signing secret of the test project' }

const defaultSettings: ProjectSettings = {
  ...newProjectSettings,
  listedQualities: [],
  deliveryFormats: ['avif', 'webp', 'jpeg'],
}

export async function startHarness(
  options: { memoryBytes?: number; cacheBytes?: number; dir?: string; withoutFront?: boolean } = {},
): Promise<Harness> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'fovea-delivery-')))
  const changes = new Changes()
  const metrics = new Metrics()
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => void lines.push(line) })
  const assets = new Map<string, Asset>()
  const renders: PendingRender[] = []
  let project: Project = {
    id: '01PROJECT0000000000000000A' as ProjectId,
    slug: 'demo',
    name: 'Demo',
    generation: 1,
    state: 'active',
    stateReason: null,
    settings: defaultSettings,
    presets: [],
    signingSecrets: [signingSecret],
  }
  let serial = 0
  const pathOf = (hash: BlobHash) => join(dir, `blob-${hash}`)

  const dependencies: DeliveryDependencies = {
    models: new ModelShelf([]),
    sightings: { of: async () => Promise.reject(new Error('nothing is looked at here')) },
    projects: {
      resolve: async (slug) => (slug === project.slug ? project : undefined),
      resolveHost: async (host) => harness.hosts.get(host),
    },
    assets: {
      async findForDelivery(_project, path, match) {
        harness.lookups++
        const stem = path.replace(/\.[^./]+$/, '')
        return (
          assets.get(path) ??
          (match === 'stem' ? [...assets.values()].findLast((asset) => asset.stem === stem) : undefined)
        )
      },
      async findLinked(_project, path, hash) {
        const stem = path.replace(/\.[^./]+$/, '')
        return [...assets.values()].find((asset) => asset.stem === stem && asset.hash === hash)
      },
    },
    links: {
      async open(_projectId, token) {
        const link = harness.links.get(token)
        if (link === undefined) throw problem('link/not-found')
        return link
      },
      async use({ id }) {
        harness.linkUses.push(id)
      },
    },
    origins: { list: async () => [] },
    sources: { find: async () => Promise.reject(new Error('no origins here')) },
    blobs: { file: async (_projectId, hash) => ({ path: pathOf(hash), release: () => {} }) },
    pool: {
      run: (job, { signal, onStart } = {}) =>
        new Promise((resolve, reject) => {
          const output = job.outputs[0]?.output
          if (output === undefined) throw new Error('a job without outputs')
          const finish = (bytes: Uint8Array = Buffer.from(`picture ${renders.length}`)) =>
            resolve({ ...resultOf(output, bytes), queueMs: 1.5 })
          signal?.addEventListener('abort', () => reject(problem('request/client-closed')))
          renders.push({ output, signal, start: () => onStart?.(), finish, fail: reject })
          if (harness.auto !== undefined) {
            onStart?.()
            finish(harness.auto(output))
          }
        }),
      status: () => ({
        sandbox: '',
        queued: { fast: 0, slow: 0 },
        running: 0,
        runningBytes: 0,
        quarantined: 0,
        workers: [{ pid: 1, state: 'idle', jobs: 0, rssBytes: 5 }],
        counters: {
          spawned: 1,
          recycled: 0,
          crashed: 0,
          memoryKilled: 0,
          missed: 0,
          timedOut: 0,
          quarantined: 0,
          refused: 0,
          aborted: 0,
          answered: 0,
        },
      }),
    },
    usage: {
      async reserve() {
        harness.reserved++
        return { commit: async () => undefined, release: async () => undefined }
      },
      add: (_projectId, { bandwidthBytes }) => {
        harness.bandwidthBytes += bandwidthBytes
      },
      usedPreset: () => undefined,
    },
    changes,
    config: {
      FOVEA_CACHE_BYTES: options.cacheBytes ?? 50_000_000,
      FOVEA_BASE_DOMAIN: 'base.test',
      FOVEA_TRUSTED_PROXIES: '',
      publicUrl: 'http://localhost:3000',
      FOVEA_MEMORY_CACHE_BYTES: options.memoryBytes ?? 10_000_000,
    },
    variantDir: join(dir, 'variants'),
    limits: defaultLimits,
    engineRevision: 'test-1',
    digest: nodeDigest,
    log,
    metrics,
  }
  const delivery = new Delivery(dependencies)
  const listener = new Listener({
    delivery,
    loadApi: async () => (_request, response) => void response.writeHead(418).end('api'),
    health: { metrics, metricsOn: true, checks: { always: () => true } },
    log,
    withoutFront: options.withoutFront === true,
  })
  const port = await listener.listen(0, '127.0.0.1')

  const harness: Harness = {
    port,
    dir,
    delivery,
    listener,
    changes,
    metrics,
    get project() {
      return project
    },
    renders,
    log: lines,
    auto: undefined,
    lookups: 0,
    links: new Map(),
    linkUses: [],
    hosts: new Map(),
    reserved: 0,
    bandwidthBytes: 0,
    setProject(change) {
      project = { ...project, settings: { ...project.settings, ...change } }
      changes.announce({ kind: 'project', projectId: project.id, slug: project.slug })
    },
    setState(state, stateReason) {
      project = { ...project, state, stateReason: stateReason ?? null, generation: project.generation + 1 }
      changes.announce({ kind: 'project', projectId: project.id, slug: project.slug })
    },
    setPresets(presets) {
      const rest = {
        id: 'preset_1',
        description: null,
        version: 1,
        createdAt: 0,
        updatedAt: 0,
        usageCount: 0,
      }
      project = { ...project, presets: presets.map((preset) => ({ ...rest, ...preset })) }
      changes.announce({ kind: 'project', projectId: project.id, slug: project.slug })
    },
    async addAsset(path, { bytes = Buffer.from(`original of ${path}`), ...given } = {}) {
      const hash = createHash('sha256').update(bytes).digest('hex') as BlobHash
      await writeFile(pathOf(hash), bytes)
      const facts: HeaderFacts = {
        format: 'jpeg',
        width: 400,
        height: 300,
        orientation: 6,
        pages: 1,
        hasAlpha: false,
        channels: 3,
        space: 'srgb',
        density: 72,
        isProgressive: false,
        sizeBytes: bytes.length,
      }
      const asset: Asset = {
        id: `01ASSET${String(++serial).padStart(19, '0')}` as AssetId,
        projectId: project.id,
        path,
        stem: path.replace(/\.[^./]+$/, ''),
        hash,
        generation: 1,
        visibility: 'public',
        originalFilename: path,
        facts,
        focalPoint: undefined,
        createdAt: 0,
        updatedAt: 0,
        ...given,
      }
      assets.set(path, asset)
      changes.announce({
        kind: 'asset',
        projectId: project.id,
        assetId: asset.id,
        stem: asset.stem,
        gone: false,
      })
      return asset
    },
    removeAsset(asset) {
      assets.delete(asset.path)
      changes.announce({
        kind: 'asset',
        projectId: project.id,
        assetId: asset.id,
        stem: asset.stem,
        gone: true,
      })
    },
    async warm(target) {
      for (let requests = 0; requests < 2; requests++) {
        await get(port, target)
        await delivery.settled()
      }
    },
    get: (target, { headers = {}, method = 'GET' } = {}) => get(port, target, method, headers),
    async close() {
      await listener.drain(1_000)
      await delivery.close()
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true })
    },
  }
  return harness
}

/** One request on a connection of its own. */
export function get(
  port: number,
  target: string,
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: '127.0.0.1', path: target, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end()
  })
}

/** Waits until `condition` holds; fails after two seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 2_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`still not true: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function resultOf(output: RunOutput, bytes: Uint8Array): RunResult {
  return {
    outputs: [
      {
        bytes,
        format: output.kind === 'image' ? output.format : (textFormatOf(output) ?? 'text'),
        width: 40,
        height: 30,
        pages: 1,
        passes: 1,
      },
    ],
    timings: { open: 0.5, operate: 3, encode: 2 },
  }
}
