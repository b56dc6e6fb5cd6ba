import { writeFileSync } from 'node:fs'
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
