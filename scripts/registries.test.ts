/**
 * Registries are hand-written arrays: greppable and typed, and easy to forget. Every member that a file of
 * the folder exports must stand in the folder's registry.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Format, formats, operationNamed } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { codecOf, codecs } from '../packages/engine/src/codecs/index.ts'
import { migrations } from '../packages/server/src/db/migrations/index.ts'
import { migrationNames } from '../packages/server/src/db/migrations/names.ts'
import { isTest } from './imports.ts'

const packages = new URL('../packages/', import.meta.url)

/** Exported values of all files of a folder, except its index and tests, as `file: name`. */
async function exportsOf(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const directory = fileURLToPath(new URL(folder, packages))
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && name !== 'index.ts' && !isTest(name),
  )
  const found = new Map<string, unknown>()
  for (const file of files) {
    const module = (await import(pathToFileURL(`${directory}/${file}`).href)) as Readonly<
      Record<string, unknown>
    >
    for (const [name, value] of Object.entries(module)) found.set(`${file}: ${name}`, value)
  }
  return found
}

function isObjectWith(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => name in value)
}

interface Registry {
  readonly folder: string
  /** Names the registry's export in the folder's index. */
  readonly registry: string
  readonly isMember: (value: unknown) => boolean
}

const registries: readonly Registry[] = [
  {
    folder: 'core/src/operations',
    registry: 'operations',
    isMember: (value) => isObjectWith(value, 'op', 'params', 'lower'),
  },
  {
    folder: 'core/src/dialects',
    registry: 'dialects',
    isMember: (value) => isObjectWith(value, 'mount', 'parse'),
  },
  {
    folder: 'server/src/events/kinds',
    registry: 'events',
    isMember: (value) => isObjectWith(value, 'type', 'data', 'example'),
  },
  {
    folder: 'engine/src/codecs',
    registry: 'codecs',
    isMember: (value) => isObjectWith(value, 'sniff', 'loaders'),
  },
]

async function membersOf({ folder, registry }: Registry): Promise<readonly unknown[]> {
  const index = (await import(new URL(`${folder}/index.ts`, packages).href)) as Readonly<
    Record<string, unknown>
  >
  return index[registry] as readonly unknown[]
}

describe.each(registries)('$registry', (registry) => {
  it('holds every member its folder exports', async () => {
    const members = await membersOf(registry)
    const exported = [...(await exportsOf(registry.folder))].filter(([, value]) => registry.isMember(value))
    expect(exported.filter(([, value]) => !members.includes(value)).map(([name]) => name)).toEqual([])
  })

  it('holds nothing twice and nothing from elsewhere', async () => {
    const members = await membersOf(registry)
    const exported = new Set((await exportsOf(registry.folder)).values())
    expect(members.length).toBeGreaterThan(0)
    expect(new Set(members).size).toBe(members.length)
    expect(members.filter((member) => !exported.has(member))).toEqual([])
  })
})

describe('the table of formats and the codecs', () => {
  const ours = (Object.keys(formats) as Format[]).filter(
    (format) => formats[format].decode || formats[format].encode,
  )

  it('name the same formats', () => {
    expect(codecs.map(({ format }) => format).sort()).toEqual([...ours].sort())
  })

  it.each(ours)('agree on whether %s can be written', (format) => {
    const { encode, encodePixels } = codecOf(format)
    expect((encode ?? encodePixels) !== undefined).toBe(formats[format].encode)
  })

  it.each(ours)('agree that %s can be read', (format) => {
    expect(formats[format].decode).toBe(true)
    const { loaders, decoder } = codecOf(format)
    expect(loaders.length > 0 || decoder !== undefined).toBe(true)
  })
})

describe('the names of operations', () => {
  it('are those of their files', async () => {
    const exported = [...(await exportsOf('core/src/operations'))].filter(([, value]) =>
      isObjectWith(value, 'op', 'lower'),
    )
    for (const [name, value] of exported) {
      const { op } = value as { op: string }
      const file = op.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      expect(name).toBe(`${file}.ts: ${op}`)
      expect(operationNamed(op)).toBe(value)
    }
  })
})

describe('the storage drivers', () => {
  it('are all opened by name', async () => {
    const opener = readFileSync(new URL('server/src/storage/open-storage.ts', packages), 'utf8')
    const drivers = [...(await exportsOf('server/src/storage'))].filter(
      ([name, value]) => typeof value === 'function' && /: (?!open)[a-z0-9]+Storage$/.test(name),
    )
    expect(drivers.length).toBeGreaterThan(0)
    const forgotten = drivers.filter(([name]) => !opener.includes(`'./${name.split(':')[0]}'`))
    expect(forgotten.map(([name]) => name)).toEqual([])
  })
})

describe('the migrations', () => {
  it('are all listed, in the order of their numbers', () => {
    const folder = fileURLToPath(new URL('server/src/db/migrations', packages))
    const files = readdirSync(folder).filter((name) => /^\d{4}-.*\.ts$/.test(name) && !isTest(name))
    expect(migrationNames).toEqual(files.map((name) => name.replace(/\.ts$/, '')).sort())
    expect(Object.keys(migrations)).toEqual(migrationNames)
  })
})
