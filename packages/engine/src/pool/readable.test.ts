import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchDirectory } from './harness.fixture.ts'
import { isReadable } from './readable.ts'

it('knows files and directories that are there, and nothing else', () => {
  const directory = scratchDirectory()
  const file = join(directory, 'file')
  writeFileSync(file, '')
  expect([isReadable(directory), isReadable(file), isReadable(join(directory, 'none'))]).toEqual([
    true,
    true,
    false,
  ])
})

it.skipIf(process.getuid?.() === 0)(
  '(not as root, who may read all) asks for the right permission of each',
  () => {
    const directory = join(scratchDirectory(), 'passage')
    mkdirSync(directory)
    chmodSync(directory, 0o311)
    expect(isReadable(directory)).toBe(true)
    chmodSync(directory, 0o400)
    expect(isReadable(directory)).toBe(false)
  },
)
