/**
 * The memory cache of whole, public answers: raw target → bytes ready for the socket.
 *
 * A hit touches no database, schema or promise. What was made for this very request is not kept: most variants are
 * asked for once or twice, and the second request finds it on disk. Entries fall when anything they depend on changes (`Changes`) and
 * when their signature expires; they are added only if nothing has changed since their request began. Eviction is
 * second chance: a hit sets a mark instead of moving the entry.
 */
import type { AcceptBucket } from '@fovea/core'
import type { Change, Changes } from '../changes.ts'
import type { ProjectId } from '../projects/project.ts'
import { type Account, PreparedHit } from './prepared-hit.ts'
import { largestHeldBytes, type Reply } from './reply.ts'

interface Slot {
  readonly target: string
  readonly groups: readonly string[]
  readonly projectId: string
  /** One answer for every client, or one per Accept bucket. */
  readonly whole: PreparedHit | undefined
  readonly byAccept: Map<AcceptBucket, PreparedHit> | undefined
  bytes: number
  wasUsed: boolean
}

/** Longer targets are answered, but not remembered. */
const maxTargetLength = 2_048
/** What a slot costs beside its bytes: key, objects, map entries. */
const slotBytes = 512

export class Hits {
  readonly #capacity: number
  readonly #largest: number
  readonly #slots = new Map<string, Slot>()
  /** `project/stem` → its slots. */
  readonly #groups = new Map<string, Set<Slot>>()
  readonly #accounts = new Map<ProjectId, Account>()
  readonly #changes: Changes
  readonly #unsubscribe: () => void
  #bytes = 0
  #evictions = 0
  /** Answers given from here; read by the metrics at each scrape. */
  served = 0
  servedBytes = 0

  constructor(capacityBytes: number, changes: Changes) {
    this.#capacity = capacityBytes
    this.#largest = Math.min(largestHeldBytes, Math.floor(capacityBytes / 8))
    this.#changes = changes
    this.#unsubscribe = changes.subscribe((change) => this.#drop(change))
  }

  get stats(): { readonly bytes: number; readonly entries: number; readonly evictions: number } {
    return { bytes: this.#bytes, entries: this.#slots.size, evictions: this.#evictions }
  }

  /** The answer to a raw target, `undefined` when it has to be worked out. `bucket` is only called when it matters. */
  find(target: string, bucket: () => AcceptBucket, nowSeconds: number): PreparedHit | undefined {
    const slot = this.#slots.get(target)
    if (slot === undefined) return undefined
    const hit = slot.whole ?? slot.byAccept?.get(bucket())
    if (hit === undefined) return undefined
    if (nowSeconds >= hit.notAfter) {
      this.#remove(slot)
      return undefined
    }
    slot.wasUsed = true
    return hit
  }

  /** Whether a target is known at all: one map lookup, for deciding whether to look closer. */
  knows(target: string): boolean {
    return this.#slots.has(target)
  }

  /** Keeps an answer. `sequence` is `changes.sequence` from before the request read anything. */
  add(target: string, bucket: AcceptBucket, reply: Reply, sequence: number): void {
    const { representation, body } = reply
    if (representation === undefined || body?.kind !== 'bytes' || reply.status !== 200) return
    if (reply.cache === 'miss') return
    if (!representation.shareable || sequence !== this.#changes.sequence) return
    if (body.bytes.length > this.#largest || target.length > maxTargetLength) return
    const old = this.#slots.get(target)
    const held = old?.whole ?? old?.byAccept?.get(bucket)
    // Many clients that waited for one render come here one after the other.
    if (held?.representation.etag === representation.etag) return
    const hit = PreparedHit.of(reply, body.bytes, representation, this.#accountOf(representation.projectId))
    const variants = representation.negotiated ? new Map(old?.byAccept) : undefined
    variants?.set(bucket, hit)
    if (old !== undefined) this.#remove(old)
    const slot: Slot = {
      target,
      groups: [...new Set(representation.stems)].map((stem) => `${representation.projectId}/${stem}`),
      projectId: representation.projectId,
      whole: variants === undefined ? hit : undefined,
      byAccept: variants,
      bytes: slotBytes + target.length + sum(variants?.values() ?? [hit]),
      wasUsed: false,
    }
    this.#slots.set(target, slot)
    this.#bytes += slot.bytes
    for (const name of slot.groups) {
      const group = this.#groups.get(name)
      if (group === undefined) this.#groups.set(name, new Set([slot]))
      else group.add(slot)
    }
    this.#evict()
  }

  /** Counts an answer given from here; `bodyBytes` of it were sent. */
  note(hit: PreparedHit, bodyBytes: number): void {
    this.served++
    this.servedBytes += bodyBytes
    hit.account.bytes += bodyBytes
  }

  /** Bytes sent per project since the last call. */
  takeAccounts(): readonly { readonly projectId: ProjectId; readonly bytes: number }[] {
    const taken = [...this.#accounts].map(([projectId, { bytes }]) => ({ projectId, bytes }))
    for (const account of this.#accounts.values()) account.bytes = 0
    return taken.filter(({ bytes }) => bytes > 0)
  }

  clear(): void {
    this.#slots.clear()
    this.#groups.clear()
    this.#bytes = 0
  }

  close(): void {
    this.#unsubscribe()
    this.clear()
  }

  #accountOf(projectId: ProjectId): Account {
    const known = this.#accounts.get(projectId)
    if (known !== undefined) return known
    const account = { bytes: 0 }
    this.#accounts.set(projectId, account)
    return account
  }

  #evict(): void {
    for (const slot of this.#slots.values()) {
      if (this.#bytes <= this.#capacity) return
      if (slot.wasUsed) {
        slot.wasUsed = false
        this.#slots.delete(slot.target)
        this.#slots.set(slot.target, slot)
      } else {
        this.#remove(slot)
        this.#evictions++
      }
    }
  }

  #drop(change: Change): void {
    if (change.kind === 'asset') {
      for (const slot of this.#groups.get(`${change.projectId}/${change.stem}`) ?? []) this.#remove(slot)
    } else {
      for (const slot of this.#slots.values()) if (slot.projectId === change.projectId) this.#remove(slot)
    }
  }

  #remove(slot: Slot): void {
    if (this.#slots.get(slot.target) !== slot) return
    this.#slots.delete(slot.target)
    this.#bytes -= slot.bytes
    for (const name of slot.groups) {
      const group = this.#groups.get(name)
      group?.delete(slot)
      if (group?.size === 0) this.#groups.delete(name)
    }
  }
}

function sum(hits: Iterable<PreparedHit>): number {
  let bytes = 0
  for (const hit of hits) bytes += hit.sizeBytes
  return bytes
}
