import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findInputs, type Input, Targets } from './inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'fovea-inputs-'))
beforeAll(() => {
  mkdirSync(join(folder, 'deep/er'), { recursive: true })
  for (const name of ['b.jpg', 'a.PNG', 'notes.txt', 'deep/c.webp', 'deep/er/d.gif'])
    writeFileSync(join(folder, name), 'x')
})
afterAll(() => rmSync(folder, { recursive: true }))

const places = async (...inputs: string[]) => (await findInputs(inputs)).map(({ place }) => place)

describe('findInputs', () => {
  it('takes every picture below a folder and keeps its structure', async () => {
    expect(await places(folder)).toEqual(['a.PNG', 'b.jpg', 'deep/c.webp', 'deep/er/d.gif'])
  })

  it('takes the folder that is named, not what its name would match as a glob', async () => {
    for (const name of ['May [26]', '{x,y}', 'May 2', 'May 6', '*']) {
      mkdirSync(join(folder, 'names', name), { recursive: true })
      writeFileSync(join(folder, 'names', name, `${name.length}.jpg`), 'x')
    }
    const path = join(folder, 'names', 'May [26]')
    expect(await findInputs([path])).toEqual([{ path: join(path, '8.jpg'), place: '8.jpg' }])
    expect(await places(join(folder, 'names', '{x,y}'), join(folder, 'names', '*'))).toEqual([
      '5.jpg',
      '1.jpg',
    ])
    rmSync(join(folder, 'names'), { recursive: true })
  })

  it('takes a named file whatever its extension', async () => {
    expect(await places(join(folder, 'notes.txt'))).toEqual(['notes.txt'])
  })

  it('keeps the structure below the fixed part of a glob', async () => {
    expect(await places(join(folder, '**/*.{gif,webp}'))).toEqual(['deep/c.webp', 'deep/er/d.gif'])
  })

  it('takes a file once, however often it is named', async () => {
    expect(await places(join(folder, 'b.jpg'), folder)).toHaveLength(4)
  })

  it.each(['nothing.jpg', '*.tiff'])('refuses %s, which names nothing', async (name) => {
    await expect(findInputs([join(folder, name)])).rejects.toThrow(name)
  })
})

describe('Targets', () => {
  const input = (path: string, place = path): Input => ({ path, place })
  const named = (inputs: readonly Input[], extension: string) => {
    const targets = new Targets(inputs)
    // the last one first: the order of results must not matter
    return inputs
      .toReversed()
      .map((each) => targets.below('out', each, extension))
      .reverse()
  }

  it.each([
    ['different names', [input('a.jpg'), input('b.png')], 'webp', ['out/a.webp', 'out/b.webp']],
    ['one name twice', [input('a.jpg'), input('a.png')], 'webp', ['out/a.webp', 'out/a.png.webp']],
    [
      'one that has the extension already',
      [input('a.jpg'), input('a.webp')],
      'webp',
      ['out/a.jpg.webp', 'out/a.webp'],
    ],
    [
      'one place twice',
      [input('x/a.jpg', 'a.jpg'), input('y/a.jpg', 'a.jpg')],
      'png',
      ['out/a.png', 'out/a-2.png'],
    ],
    ['folders', [input('x/a.jpg'), input('x/b/a.jpg')], 'jpg', ['out/x/a.jpg', 'out/x/b/a.jpg']],
  ])('keeps results apart: %s', (_, inputs, extension, targets) => {
    expect(named(inputs, extension)).toEqual(targets)
  })

  it('never replaces a source', () => {
    const targets = new Targets([input('pictures/a.jpg')])
    expect(() => targets.below('pictures', input('pictures/a.jpg', 'a.jpg'), 'jpg')).toThrow('is a source')
    expect(() => targets.exactly('pictures/a.jpg')).toThrow('is a source')
  })

  it('never writes one file twice', () => {
    const targets = new Targets([input('a-2.jpg'), input('x/a.jpg', 'a.jpg'), input('y/a.jpg', 'a.jpg')])
    targets.below('out', input('a-2.jpg'), 'png')
    expect(() => targets.below('out', input('y/a.jpg', 'a.jpg'), 'png')).toThrow('another source')
  })
})
