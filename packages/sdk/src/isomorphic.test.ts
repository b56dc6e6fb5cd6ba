import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('.', import.meta.url)
const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.includes('.test'),
)

describe('the client', () => {
  it.each(shipped)('%s imports nothing at run time but its own files', (file) => {
    const source = readFileSync(new URL(file, folder), 'utf8')
    const imports = [
      ...source.matchAll(/^(?:import|export)\b(?! type\b)[^'"]*from\s+['"]([^'"]+)['"]/gm),
    ].map(([, name]) => name)
    expect(imports.filter((name) => !name?.startsWith('.'))).toEqual([])
    expect(source).not.toMatch(/\b(?:import\(|require\(|Buffer|process|node:)/)
  })

  it('has no runtime dependencies', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(manifest.dependencies).toBeUndefined()
  })
})
