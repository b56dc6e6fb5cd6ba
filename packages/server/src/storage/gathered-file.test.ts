import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatheredFile, type GatheredFileOptions } from './gathered-file.ts'

const mebibyte = 1024 * 1024
const isMountable = await canMount()
const moduleUrl = new URL('./gathered-file.ts', import.meta.url).href

describe('a gathered file', () => {
  let directory: string
  let files = 0

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fovea-gathered-'))
    await chmod(directory, 0o711)
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  const written = async (chunks: readonly Uint8Array[], options: GatheredFileOptions) => {
    const path = join(directory, String(files++))
    const file = await GatheredFile.create(path, options)
    for (const chunk of chunks) await file.write(chunk)
    await file.end()
    await file.sync()
    await file.close()
    return path
  }

  const sizes = [0, 1, 4095, 4096, 4097, 524_287, 524_288, 524_289, 1_048_576, 2_070_001]
  it.each(sizes.flatMap((size) => [true, false].map((isCached) => ({ size, isCached }))))(
    'holds $size bytes, through the cache: $isCached',
    async ({ size, isCached }) => {
      const bytes = numbered(size)
      const chunks = [bytes.subarray(0, 3), bytes.subarray(3, 70_000), bytes.subarray(70_000)]
      const path = await written(chunks, { isCached })
      expect((await readFile(path)).equals(bytes)).toBe(true)
      expect((await stat(path)).mode & 0o777).toBe(0o644)
    },
  )

  it('holds all bytes where a write past the cache is refused', async () => {
    const bytes = numbered(1_300_000)
    // No address of this memory is a multiple of 4096, or even of 2.
    const odd = () => new Uint8Array(new ArrayBuffer(65_537), 1)
    const path = await written([bytes], { isCached: false, pieces: [odd(), odd()] })
    expect((await readFile(path)).equals(bytes)).toBe(true)
  })

  it.skipIf(!isMountable)('holds all bytes on a file system without writes past the cache', async () => {
    const mounted = join(directory, 'mounted')
    await mkdir(mounted)
    const program = `
      const { GatheredFile } = await import(${JSON.stringify(moduleUrl)})
      const file = await GatheredFile.create(${JSON.stringify(join(mounted, 'file'))}, { isCached: false })
      await file.write(new Uint8Array(5000))
      await file.end()
      await file.close()`
    const script = 'mount -t ramfs none "$0" && "$1" --input-type=module -e "$2" && stat -c %s "$0/file"'
    const { stdout } = await inOwnMounts(script, [mounted, process.execPath, program])
    expect(stdout.trim()).toBe('5000')
  })

  it.each([true, false])(
    'tells of bytes the system does not take, through the cache: %s',
    async (isCached) => {
      const path = join(directory, String(files++))
      const program = `
      const { GatheredFile } = await import(${JSON.stringify(moduleUrl)})
      const file = await GatheredFile.create(${JSON.stringify(path)}, { isCached: ${isCached} })
      const write = async () => {
        for (let piece = 0; piece < 5; piece++) await file.write(new Uint8Array(${0.5 * mebibyte}))
        await file.end()
      }
      console.log(await write().then(() => 'written', ({ code }) => code))
      await file.close()`
      // Files of this process may have one MiB; Node ignores the signal that comes with the refusal.
      const limited = [
        '-c',
        `ulimit -f 1024; exec "$0" --input-type=module -e "$1"`,
        process.execPath,
        program,
      ]
      const { stdout, stderr } = await promisify(execFile)('bash', limited)
      expect([stdout.trim(), stderr]).toEqual(['EFBIG', ''])
      expect((await stat(path)).size).toBe(mebibyte)
    },
  )

  it('takes no name that is taken', async () => {
    const path = await written([numbered(10)], { isCached: true })
    for (const isCached of [true, false])
      await expect(GatheredFile.create(path, { isCached })).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await readFile(path)).toHaveLength(10)
  })
})

/** Runs a shell script that may mount what nobody else sees. */
function inOwnMounts(script: string, parameters: readonly string[]) {
  return promisify(execFile)('unshare', ['--map-root-user', '--mount', 'bash', '-c', script, ...parameters])
}

/** Linux with user namespaces: not macOS, and not every container. */
function canMount(): Promise<boolean> {
  return inOwnMounts('mount -t ramfs none "$0"', [tmpdir()]).then(
    () => true,
    () => false,
  )
}

/** Bytes that tell where they belong. */
function numbered(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >> 8) * 7 + (at >> 16)) & 0xff
  return bytes
}
