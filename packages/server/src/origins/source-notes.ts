/**
 * What is known of each file of an origin: its digest, header facts, validators and until when all that may be
 * believed. Small, so it outlives the bytes: a variant that is still cached needs only a 304 from the origin.
 *
 * One JSON file per source below `dir`, with a bounded memory in front. A torn or foreign file counts as unknown.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { HeaderFacts } from '@fovea/engine/pool'
import type { BlobHash } from '../assets/asset.ts'
import type { ProjectId } from '../projects/project.ts'
import type { Validators } from './origin.ts'

/** 64 lower-case hex digits: project, origin, its revision, and the place inside it. */
export type SourceKey = string & { readonly __brand: 'SourceKey' }

export interface SourceNote {
  readonly hash: BlobHash
  readonly sizeBytes: number
  readonly facts: HeaderFacts
  readonly validators: Validators
  /** Unix milliseconds. */
  readonly fetchedAt: number
  readonly freshUntil: number
}

const remembered = 20_000
const version = 1

export class SourceNotes {
  readonly #dir: string
  readonly #known = new Map<string, SourceNote | undefined>()
  #sequence = 0

  constructor(dir: string) {
    this.#dir = dir
  }

  async get(projectId: ProjectId, key: SourceKey): Promise<SourceNote | undefined> {
    const name = nameOf(projectId, key)
    if (this.#known.has(name)) {
      const note = this.#known.get(name)
      this.#remember(name, note)
      return note
    }
    const note = await this.#read(name)
    if (!this.#known.has(name)) this.#remember(name, note)
    return this.#known.get(name)
  }

  async set(projectId: ProjectId, key: SourceKey, note: SourceNote): Promise<void> {
    const name = nameOf(projectId, key)
    this.#remember(name, note)
    const path = join(this.#dir, name)
    await mkdir(dirname(path), { recursive: true })
    const temporary = `${path}.${process.pid}-${this.#sequence++}.tmp`
    await writeFile(temporary, JSON.stringify({ version, ...note }))
    await rename(temporary, path)
  }

  async forget(projectId: ProjectId, key: SourceKey): Promise<void> {
    const name = nameOf(projectId, key)
    this.#remember(name, undefined)
    await rm(join(this.#dir, name), { force: true })
  }

  async removeProject(projectId: ProjectId): Promise<void> {
    for (const name of this.#known.keys()) if (name.startsWith(`${projectId}/`)) this.#known.delete(name)
    await rm(join(this.#dir, projectId), { recursive: true, force: true })
  }

  #remember(name: string, note: SourceNote | undefined): void {
    this.#known.delete(name)
    this.#known.set(name, note)
    if (this.#known.size <= remembered) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      return
    }
  }

  async #read(name: string): Promise<SourceNote | undefined> {
    try {
      const { version: written, ...note } = JSON.parse(await readFile(join(this.#dir, name), 'utf8'))
      return written === version ? (note as SourceNote) : undefined
    } catch {
      return undefined
    }
  }
}

function nameOf(projectId: ProjectId, key: SourceKey): string {
  return `${projectId}/${key.slice(0, 2)}/${key}.json`
}
