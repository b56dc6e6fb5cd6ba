import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type TransformFlags, wantedFrom } from './flags.ts'

const folder = mkdtempSync(join(tmpdir(), 'fovea-flags-'))
afterAll(() => rmSync(folder, { recursive: true }))

function flags(given: Partial<TransformFlags>): TransformFlags {
  return { out: 'out/', metadata: 'none', animation: true, orient: true, upscale: true, ...given }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('wantedFrom', () => {
  it('puts the pipeline file first, then the resize flags, then each --op', async () => {
    const pipeline = file('p.json', '{"pipeline":[{"op":"flip"}]}')
    const wanted = await wantedFrom(
      flags({ pipeline, width: '80', upscale: false, op: ['blur:sigma=3', 'flop'] }),
    )
    expect(wanted.pipeline.map(({ op }) => op)).toEqual(['flip', 'resize', 'blur', 'flop'])
    expect(wanted.pipeline[1]).toMatchObject({ width: 80, upscale: false, fit: 'cover' })
  })

  it.each([
    ['out/', false],
    ['out', false],
    ['out/photo.webp', true],
    ['my.folder/', false],
  ])('takes --out %s for a file: %s', async (out, isFile) => {
    expect(await wantedFrom(flags({ out }))).toMatchObject({ outIsFile: isFile })
  })

  it.each([
    ['a format', { format: 'jpg' }, 'jpeg'],
    ['the file name', { out: 'x.avif' }, 'avif'],
    ['nothing', {}, undefined],
  ])('takes the format from %s', async (_, given, format) => {
    expect((await wantedFrom(flags(given))).output.format).toBe(format)
  })

  it('takes a quality by looks and leaves the format open', async () => {
    expect((await wantedFrom(flags({ quality: 'auto:eco' }))).output).toMatchObject({ target: 65 })
    expect((await wantedFrom(flags({ format: 'smallest' }))).output).toMatchObject({ choice: 'size' })
  })

  it.each([
    ['200000', 200_000],
    ['200k', 200_000],
    ['1.5M', 1_500_000],
    ['1.5MB', 1_500_000],
  ])('reads the size %s', async (maxBytes, bytes) => {
    expect((await wantedFrom(flags({ maxBytes }))).output.maxBytes).toBe(bytes)
  })

  it.each([
    [{ width: '0' }, '--width must be a whole number from 1'],
    [{ width: '10.5' }, '--width must be a whole number'],
    [{ quality: '101' }, '--quality must be a whole number from 1 to 100, not "101"'],
    [{ concurrency: 'many' }, '--concurrency must be'],
    [{ maxBytes: '0' }, '--max-bytes must be a size'],
    [{ quality: 'auto:great' }, '--quality must be 1 to 100, auto'],
    [{ format: 'smallest', quality: '80' }, '--quality must be auto'],
    [{ format: 'auto', out: 'x.webp' }, 'let --out be a folder'],
    [{ maxBytes: '20 kB' }, '--max-bytes must be a size'],
    [{ fit: 'cover' }, '--fit needs --width or --height'],
    [{ upscale: false }, '--no-upscale needs --width or --height'],
    [{ out: 'a.png', format: 'webp' }, 'does not fit the file name'],
    [{ out: 'a.svg' }, 'svg cannot be written'],
    [{ op: ['blurr:sigma=3'] }, 'did you mean "blur"'],
    [{ op: ['blur:sigma=9999'] }, 'sigma'],
    [{ pipeline: '/nowhere/p.json' }, 'cannot be read'],
  ])('refuses %j', async (given, sentence) => {
    await expect(wantedFrom(flags(given))).rejects.toThrow(sentence)
  })

  it('refuses a pipeline file that holds no list', async () => {
    await expect(wantedFrom(flags({ pipeline: file('q.json', '{"op":"flip"}') }))).rejects.toThrow(
      'must hold a list',
    )
  })
})
