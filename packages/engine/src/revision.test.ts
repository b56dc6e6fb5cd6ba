import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { engineRevision } from './revision.ts'

it('names the very versions of all that makes pixels', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const { '@fovea/core': _, ...codecs } = manifest.dependencies
  for (const [name, version] of Object.entries(codecs)) expect(engineRevision).toContain(`${name}-${version}`)
})
