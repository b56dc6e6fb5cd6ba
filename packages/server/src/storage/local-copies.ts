/**
 * Bytes of pictures that live elsewhere, at an origin or in a bucket, kept on disk up to a bound: `{project}/{sha256}`,
 * least recently used first out. Nothing here is precious: what is missing is fetched again.
 *
 * A file that a decoder is about to open is held and never evicted. Files are renamed into place, so that what has
 * the name has all the bytes; what a killed process left under another name goes at the next start.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobHash } from '../assets/asset.ts'
import type { ProjectId } from '../projects/project.ts'
import { makeSearchable } from './temporary-files.ts'

export interface HeldFile {
  readonly path: string
  /** The file may go again. */
  release(): void
}

export interface StoredCopy {
  readonly hash: BlobHash
  readonly sizeBytes: number
}

interface Entry {
  readonly bytes: number
  holders: number
}

export class LocalCopies {
  readonly #dir: string
  readonly #capacity: number
  /** Path below `dir` → entry, least recently used first. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0
  #sequence = 0
  #scanned: Promise<void> | undefined

  constructor(dir: string, capacityBytes: number) {
    this.#dir = dir
    this.#capacity = capacityBytes
  }

  get stats(): { readonly bytes: number; readonly entries: number } {
    return { bytes: this.#bytes, entries: this.#entries.size }
  }

  /** The file of these bytes, held; `undefined` when it is not here. */
  async hold(projectId: ProjectId, hash: BlobHash): Promise<HeldFile | undefined> {
    await this.#scan()
    const name = `${projectId}/${hash}`
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    entry.holders++
    let isHeld = true
    return {
      path: join(this.#dir, name),
      release: () => {
        if (isHeld) entry.holders--
        isHeld = false
      },
    }
  }

  /** Writes a whole stream under the name of its digest. @throws whatever the stream throws */
  async put(projectId: ProjectId, body: AsyncIterable<Uint8Array>): Promise<StoredCopy> {
    await this.#scan()
    const folder = join(this.#dir, projectId)
    await makeSearchable(folder)
    const temporary = join(folder, `${process.pid}-${this.#sequence++}.tmp`)
    try {
      const { hash, sizeBytes } = await this.#write(temporary, body)
      const name = `${projectId}/${hash}`
      await rename(temporary, join(this.#dir, name))
      this.#add(name, sizeBytes)
      await this.#evict()
      return { hash, sizeBytes }
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw error
    }
  }

  /** Forgets one file, held or not. */
  async remove(projectId: ProjectId, hash: BlobHash): Promise<void> {
    await this.#scan()
    const name = `${projectId}/${hash}`
    this.#drop(name)
    await rm(join(this.#dir, name), { force: true })
  }

  /** Forgets all files of a project. */
  async removeProject(projectId: ProjectId): Promise<void> {
    await this.#scan()
    for (const name of this.#entries.keys()) if (name.startsWith(`${projectId}/`)) this.#drop(name)
    await rm(join(this.#dir, projectId), { recursive: true, force: true })
  }

  async #write(path: string, body: AsyncIterable<Uint8Array>): Promise<StoredCopy> {
    const file = await open(path, 'wx', 0o644)
    try {
      const digest = createHash('sha256')
      let sizeBytes = 0
      for await (const chunk of body) {
        digest.update(chunk)
        sizeBytes += chunk.byteLength
        for (let at = 0; at < chunk.byteLength; ) at += (await file.write(chunk, at)).bytesWritten
      }
      // Decoders are other users; a strict umask would close the file to them.
      await file.chmod(0o644)
      return { hash: digest.digest('hex') as BlobHash, sizeBytes }
    } finally {
      await file.close()
    }
  }

  #add(name: string, bytes: number): void {
    const known = this.#entries.get(name)
    if (known === undefined) this.#bytes += bytes
    this.#entries.delete(name)
    this.#entries.set(name, known ?? { bytes, holders: 0 })
  }

  #drop(name: string): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    this.#entries.delete(name)
    this.#bytes -= entry.bytes
  }

  async #evict(): Promise<void> {
    for (const [name, { holders }] of this.#entries) {
      if (this.#bytes <= this.#capacity) return
      if (holders > 0) continue
      this.#drop(name)
      await unlink(join(this.#dir, name)).catch(() => {})
    }
  }

  #scan(): Promise<void> {
    this.#scanned ??= this.#find()
    return this.#scanned
  }

  /** Files of earlier runs, oldest first, so that they leave in that order. */
  async #find(): Promise<void> {
    await mkdir(this.#dir, { recursive: true })
    await makeSearchable(this.#dir)
    const found: { readonly name: string; readonly bytes: number; readonly at: number }[] = []
    for (const project of await readdir(this.#dir)) {
      for (const file of await readdir(join(this.#dir, project)).catch(() => [])) {
        const path = join(this.#dir, project, file)
        const stats = await stat(path).catch(() => undefined)
        if (stats?.isFile() !== true) continue
        if (/^[0-9a-f]{64}$/.test(file))
          found.push({ name: `${project}/${file}`, bytes: stats.size, at: stats.atimeMs })
        else if (file.endsWith('.tmp')) await unlink(path).catch(() => {})
      }
    }
    found.sort((a, b) => a.at - b.at)
    for (const { name, bytes } of found) this.#add(name, bytes)
    await this.#evict()
  }
}
