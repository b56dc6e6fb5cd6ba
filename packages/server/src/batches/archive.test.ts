/** Archives from honest writers and hostile ones: what is read, what is refused, and by which name. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32, deflateRawSync } from 'node:zlib'
import { Problem } from '@fovea/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { zipStream } from '../archive/zip-stream.ts'
import { readArchive } from './archive-entries.ts'
import { archiveFile } from './archive-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-zip-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface File {
  readonly path: string
  readonly data: Buffer
  readonly method?: number
  /** What the directory claims. */
  readonly size?: number
  readonly mode?: number
  readonly flags?: number
  readonly sum?: number
  /** Claims the bytes of the first file. */
  readonly isShared?: boolean
}

/** A ZIP written byte by byte (APPNOTE 4.3), so that it can lie. */
async function zip(files: readonly File[]): Promise<string> {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const {
    path,
    data,
    method = 8,
    size = data.length,
    mode = 0,
    flags = 0x800,
    sum,
    isShared,
  } of files) {
    const packed = method === 8 ? deflateRawSync(data) : data
    const name = Buffer.from(path)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(flags, 6)
    local.writeUInt16LE(method, 8)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(mode === 0 ? 20 : (3 << 8) | 20, 4)
    entry.writeUInt16LE(flags, 8)
    entry.writeUInt16LE(method, 10)
    entry.writeUInt32LE(sum ?? crc32(data), 16)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(size, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE((mode << 16) >>> 0, 38)
    entry.writeUInt32LE(isShared === true ? 0 : at, 42)
    directory.push(entry, name)
    parts.push(local, name, packed)
    at += local.length + name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(at, 16)
  const path = join(folder, 'a.zip')
  await writeFile(path, Buffer.concat([...parts, ...directory, end]))
  return path
}

const limits = { maxSourceBytes: 1_000_000 }
const picture = Buffer.from('a picture '.repeat(40))

async function bytesOf(path: string, place: Parameters<typeof archiveFile>[1]): Promise<Buffer> {
  const whole = await readFile(path)
  const read = async (start: number, end: number) =>
    Readable.toWeb(Readable.from([whole.subarray(start, end + 1)])) as ReadableStream<Uint8Array>
  const chunks: Uint8Array[] = []
  for await (const chunk of archiveFile(read, place)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof Problem) return `${error.code} ${error.detail}`
    throw error
  }
  return 'taken'
}

describe('an honest archive', () => {
  it('gives its files in order, without folders and what systems leave beside them', async () => {
    const path = await zip([
      { path: 'shop/', data: Buffer.alloc(0), method: 0 },
      { path: 'shop/ä.png', data: picture },
      { path: '__MACOSX/shop/._ä.png', data: picture },
      { path: 'shop/.DS_Store', data: picture },
      { path: 'b.jpg', data: Buffer.from('stored'), method: 0 },
      { path: 'empty.png', data: Buffer.alloc(0), method: 0 },
    ])
    const places = await readArchive(path, limits, 10)
    expect(places.map((place) => place.path)).toEqual(['shop/ä.png', 'b.jpg', 'empty.png'])
    const files = await Promise.all(places.map((place) => bytesOf(path, place)))
    expect(files.map(String)).toEqual([String(picture), 'stored', ''])
  })

  it('may come from our own writer, which streams', async () => {
    const path = join(folder, 'ours.zip')
    async function* files() {
      for (const name of ['a.txt', 'b/c.txt'])
        yield { path: name, modifiedAt: Date.now(), open: async () => Readable.from([Buffer.from(name)]) }
    }
    await writeFile(path, zipStream(files()))
    const places = await readArchive(path, limits, 10)
    expect(await Promise.all(places.map(async (place) => String(await bytesOf(path, place))))).toEqual([
      'a.txt',
      'b/c.txt',
    ])
  })
})

describe('a hostile archive', () => {
  const file = (path: string, more: Partial<File> = {}): File => ({ path, data: picture, ...more })

  it.each([
    ['a path upwards', [file('../../etc/passwd')], '../../etc/passwd'],
    ['an absolute path', [file('/etc/passwd')], '/etc/passwd'],
    ['a drive', [file('C:/windows/x.png')], 'C:/windows'],
    ['a backslash', [file('..\\x.png')], '..\\x.png'],
    ['a link', [file('link.png', { mode: 0o120777 })], '"link.png" is a link'],
    ['a password', [file('a.png', { flags: 0x801 })], '"a.png" is encrypted'],
    ['an unknown method', [file('a.png', { method: 12 })], '"a.png" is compressed by method 12'],
    ['one name twice', [file('a.png'), file('a.png')], '"a.png" stands in the archive twice'],
    ['too large a file', [file('a.png', { size: 2_000_000 })], '"a.png" has 2000000 bytes'],
    [
      'a bomb',
      Array.from({ length: 110 }, (_, at) => file(`${at}.bmp`, { size: 1_000_000 })),
      'claims to hold 110000000',
    ],
    ['shared bytes', [file('a.png'), file('b.png', { isShared: true })], '"b.png" shares its bytes'],
    ['nothing in it', [file('folder/', { data: Buffer.alloc(0) })], 'holds no files'],
  ] as const)('is refused for %s', async (_, files, words) => {
    const told = await refusal(readArchive(await zip(files), { maxSourceBytes: 1_000_000 }, 200))
    expect(told).toContain('job/archive-refused')
    expect(told).toContain(words)
  })

  it('is refused for its number of files before they are read', async () => {
    const files = Array.from({ length: 30 }, (_, at) => file(`${at}.png`))
    expect(await refusal(readArchive(await zip(files), limits, 10))).toContain('job/too-large')
    expect(await refusal(readArchive(await zip(files), limits, 20))).toContain('job/too-large')
  })

  it('is refused when it is none', async () => {
    const path = join(folder, 'x.zip')
    await writeFile(path, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500)]))
    expect(await refusal(readArchive(path, limits, 10))).toContain('job/archive-refused')
  })

  it.each([
    ['longer than it says', { size: 10 }],
    ['shorter than it says', { size: 900 }],
    ['not what was packed', { sum: 1 }],
    ['no deflated text', { data: Buffer.from('\xff\xff\xff\xff\xff'), method: 0 }],
  ] as const)('fails the picture that is %s', async (what, more) => {
    const path = await zip([file('a.png', more)])
    const [place] = await readArchive(path, limits, 10)
    if (place === undefined) throw new Error('no file')
    const read = what === 'no deflated text' ? { ...place, method: 8 } : place
    expect(await refusal(bytesOf(path, read))).toBe('source/undecodable "a.png" in the archive is damaged.')
  })
})
