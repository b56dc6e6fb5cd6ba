/**
 * The pictures of a ZIP archive from a stranger: what its directory says, refused as a whole when any of it could do
 * harm. Nothing is unpacked here; each file is read by its offset when its turn comes.
 *
 * Refused by name: paths that lead out of the archive, links, encryption, methods other than stored and deflated, two
 * files of one name, files over the source limit, and archives that are small and claim to be large, also by files that
 * share their bytes (https://www.usenix.org/conference/woot19/presentation/fifield).
 */
import { type Limits, type Problem, problem } from '@fovea/core'
import type { Entry, ZipFile } from 'yauzl'
import type { ArchivePlace } from './batch.ts'

/** Pictures are compressed already: honest archives stay near 1. */
const highestRatio = 100
/** Archives of simple drawings may claim this much whatever their size, bytes. */
const freeBytes = 100 * 1024 * 1024
/** A local header without its name, bytes. */
const headerBytes = 30
/** The upper half of the attributes is the Unix mode where a Unix made the entry. */
const unix = 3
const fileType = 0o170000
const symbolicLink = 0o120000

/** In the order of the archive; folders and what systems leave beside pictures are left out. @throws Problem `job/archive-refused`, `job/too-large` */
export async function readArchive(
  path: string,
  { maxSourceBytes }: Pick<Limits, 'maxSourceBytes'>,
  maxEntries: number,
): Promise<readonly ArchivePlace[]> {
  // Loaded with the first archive.
  const { openPromise } = await import('yauzl')
  const archive = await openPromise(path, { strictFileNames: true }).catch((error: unknown) => {
    throw unreadable(error)
  })
  try {
    if (archive.entryCount > maxEntries * 2) throw tooMany(archive.entryCount, maxEntries)
    const found = new Map<string, ArchivePlace>()
    for await (const entry of entriesOf(archive)) {
      if (isBeside(entry.fileName)) continue
      const place = checked(entry, maxSourceBytes)
      if (found.has(place.path)) throw refused(place.path, 'stands in the archive twice')
      found.set(place.path, place)
    }
    const places = [...found.values()]
    if (places.length > maxEntries) throw tooMany(places.length, maxEntries)
    if (places.length === 0) throw problem('job/archive-refused', { detail: 'The archive holds no files.' })
    checkSizes(places, archive.fileSize)
    return places
  } finally {
    archive.close()
  }
}

async function* entriesOf(archive: ZipFile): AsyncGenerator<Entry> {
  const entries = archive.eachEntry()
  for (;;) {
    const next = await entries.next().catch((error: unknown) => {
      throw unreadable(error)
    })
    if (next.done === true) return
    yield next.value
  }
}

function checked(entry: Entry, maxBytes: number): ArchivePlace {
  const { fileName: path, compressedSize, uncompressedSize: size, compressionMethod: method } = entry
  if (entry.isEncrypted()) throw refused(path, 'is encrypted')
  if (method !== 0 && method !== 8) throw refused(path, `is compressed by method ${method}`)
  const mode = entry.versionMadeBy >>> 8 === unix ? entry.externalFileAttributes >>> 16 : 0
  if ((mode & fileType) === symbolicLink) throw refused(path, 'is a link')
  if (size > maxBytes) throw refused(path, `has ${size} bytes, more than ${maxBytes}`)
  const { relativeOffsetOfLocalHeader: offset, crc32: checksum } = entry
  return { kind: 'entry', path, offset, compressedSize, size, method, checksum }
}

function checkSizes(places: readonly ArchivePlace[], archiveBytes: number): void {
  const total = places.reduce((sum, { size }) => sum + size, 0)
  if (total > freeBytes + archiveBytes * highestRatio) {
    throw problem('job/archive-refused', {
      detail: `The archive has ${archiveBytes} bytes and claims to hold ${total}.`,
      members: { archiveBytes, claimedBytes: total },
    })
  }
  let end = 0
  for (const { path, offset, compressedSize } of places.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) throw refused(path, 'shares its bytes with another file')
    end = offset + headerBytes + compressedSize
  }
}

/** Folders, and what macOS and file managers put beside pictures. */
function isBeside(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name === '' || name.startsWith('.') || name === 'Thumbs.db' || path.startsWith('__MACOSX/')
}

function refused(path: string, what: string): Problem {
  const entry = path.slice(0, 200)
  return problem('job/archive-refused', {
    detail: `In the archive "${entry}" ${what}.`,
    members: { entry },
  })
}

/** The reader's own words name the file where there is one; its errors have no codes. */
function unreadable(error: unknown): unknown {
  if (!(error instanceof Error) || 'code' in error) return error
  return problem('job/archive-refused', {
    detail: `The archive cannot be read: ${error.message.slice(0, 300)}.`,
    cause: error,
  })
}

function tooMany(count: number, most: number): Problem {
  return problem('job/too-large', {
    detail: `The archive has ${count} files; a job may have ${most} pictures.`,
    members: { limit: most },
  })
}
