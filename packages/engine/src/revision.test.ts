import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { engineRevision, isFont, revisionOf } from './revision.ts'
import { fontPackages } from './text/fonts/families.ts'

const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}

it('names the very versions of all that makes pixels', () => {
  // Both take models out of archives, and make no pixel.
  const { '@fovea/core': _, tar: __, yauzl: ___, ...others } = dependencies
  for (const [name, version] of Object.entries(others)) {
    if (!isFont(name)) expect(engineRevision).toContain(`${name}-${version}`)
  }
})

it('moves with the version of any font', () => {
  const sharp = { version: '1.0.0' }
  const before = revisionOf(sharp, { version: '1', dependencies })
  for (const { name } of fontPackages) {
    expect(dependencies[name], name).toMatch(/^\d+\.\d+\.\d+$/)
    const changed = { ...dependencies, [name]: '0.0.0' }
    expect(revisionOf(sharp, { version: '1', dependencies: changed }), name).not.toBe(before)
  }
})

it('has no font package that nothing uses', () => {
  const used = fontPackages.map(({ name }) => name)
  expect(Object.keys(dependencies).filter(isFont).sort()).toEqual([...used].sort())
})
