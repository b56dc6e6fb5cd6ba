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
  const input = (path: string): Input => ({ path, place: path })

  it('gives two sources of one name two files', () => {
    const targets = new Targets([input('a.jpg'), input('a.png')])
    expect(targets.below('out', input('a.jpg'), 'webp')).toBe(join('out', 'a.webp'))
    expect(targets.below('out', input('a.png'), 'webp')).toBe(join('out', 'a.png.webp'))
  })

  it('never replaces a source', () => {
    const targets = new Targets([input('pictures/a.jpg')])
    expect(() => targets.below('pictures', { path: 'pictures/a.jpg', place: 'a.jpg' }, 'jpg')).toThrow(
      'is a source',
    )
    expect(() => targets.exactly('pictures/a.jpg', 'b.jpg')).toThrow('is a source')
  })
})
