import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { complaintsAbout, cyclesIn, packages, reachableFrom } from './architecture.ts'
import { importsOf, isTest, packageOf, readSources, type SourceFile } from './imports.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = readSources(root, 'packages')
const engineFiles = files.filter(({ path }) => path.startsWith('packages/engine/src/') && !isTest(path))
const packageFolders = readdirSync(`${root}/packages`)

/** `@fovea/engine/pool` → `packages/engine/src/pool/index.ts`, from the `exports` maps. */
const entries = new Map(
  packageFolders.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(`${root}/packages/${folder}/package.json`, 'utf8')) as {
      name: string
      exports?: Record<string, string>
    }
    return Object.entries(manifest.exports ?? {}).map(
      ([door, file]) => [manifest.name + door.slice(1), `packages/${folder}/${file.slice(2)}`] as const,
    )
  }),
)

describe('the sources', () => {
  it('have no import that points up', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(complaintsAbout(files)).toEqual([])
  })

  it.each(packageFolders)('of %s have no cycle between folders', (name) => {
    expect(cyclesIn(files, name)).toEqual([])
  })

  it.each([
    ['packages/server/src/main.ts', 'sharp'],
    ['packages/engine/src/pool/index.ts', 'sharp'],
    ['packages/cli/src/cli.ts', 'sharp'],
    ['packages/core/src/index.ts', 'sharp'],
  ])('%s never loads %s', (entry, name) => {
    expect(files.map((file) => file.path)).toContain(entry)
    expect(reachableFrom(entry, files, entries).get(name)).toBeUndefined()
  })

  it('of core use no module of Node', () => {
    const reached = [...reachableFrom('packages/core/src/index.ts', files, entries).keys()]
    expect(reached.filter((name) => name.startsWith('node:'))).toEqual([])
  })

  it('of the engine take the model from core, without the languages of requests', () => {
    const taken = engineFiles.filter(({ imports }) =>
      imports.some(({ specifier, typeOnly }) => specifier === '@fovea/core' && !typeOnly),
    )
    expect(taken.map(({ path }) => path)).toEqual([])
  })

  it('of the engine are loaded later by `onDemand` alone, so that the compile cache of the children has them', () => {
    const later = engineFiles.flatMap(({ path }) =>
      [...readFileSync(`${root}/${path}`, 'utf8').matchAll(/.*\bimport\('\.[^']+'\)/g)].map(([line]) => line),
    )
    expect(later.length).toBeGreaterThan(5)
    expect(later.filter((line) => !line.includes('onDemand(() => import('))).toEqual([
      "await serve(() => import('./run.ts')",
    ])
  })

  it('in e2e know the product only by HTTP, its commands, its published clients and its tables of conformance', () => {
    const isTable = (specifier: string) => /\/dialects\/(?:[a-z-]+\/)?conformance\.ts$/.test(specifier)
    const ours = readSources(root, 'e2e').flatMap((file) =>
      file.imports.filter(
        ({ specifier }) =>
          /^@fovea\/(?!(?:client|react)$)/.test(packageOf(specifier)) ||
          (specifier.includes('packages/') && !isTable(specifier)),
      ),
    )
    expect(ours).toEqual([])
  })
})

describe('the reader', () => {
  it.each([
    ["import { a } from './a.ts'", './a.ts', false],
    ["import type { A } from './a.ts'", './a.ts', true],
    ["import { type A } from './a.ts'", './a.ts', false],
    ["import a, { b } from './a.ts'", './a.ts', false],
    ["import * as z from 'zod'", 'zod', false],
    ["export * from './a.ts'", './a.ts', false],
    ["export * as a from './a.ts'", './a.ts', false],
    ["export {\n  a,\n  type B,\n} from './a.ts'", './a.ts', false],
    ["export type { A } from './a.ts'", './a.ts', true],
    ["import './a.ts'", './a.ts', false],
    ["const a = await import('./a.ts')", './a.ts', false],
  ])('understands %j', (text, specifier, typeOnly) => {
    expect(importsOf(text)).toEqual([{ specifier, typeOnly }])
  })

  it('is not misled by an export that is followed by an import', () => {
    expect(importsOf("export const a = 1\nimport type { B } from './b.ts'")).toEqual([
      { specifier: './b.ts', typeOnly: true },
    ])
  })
})

describe('the check', () => {
  const file = (path: string, specifier: string, typeOnly = false): SourceFile => ({
    path: `packages/${path}`,
    imports: [{ specifier, typeOnly }],
    typesOnly: false,
  })

  it.each([
    [file('core/src/geometry/size.ts', '../operations/index.ts'), 'operations is not below geometry'],
    [file('core/src/request/keys.ts', '../plan/index.ts'), 'plan is not below request'],
    [file('core/src/crypto/digest.ts', 'node:crypto'), 'core may import only zod'],
    [file('core/src/plan/pack.ts', 'sharp'), 'core may import only zod'],
    [file('engine/src/run.ts', '@fovea/server'), 'engine may not'],
    [file('engine/src/pool/pool.ts', '../run.ts'), 'run.ts is not below pool'],
    [file('engine/src/codecs/png.ts', '../../../core/src/index.ts'), 'import the package by its name'],
    [file('cli/src/main.js', '@fovea/server/main'), 'cli may not'],
    [file('server/src/projects/service.ts', '../assets/index.ts'), 'assets is not below projects'],
    [file('server/src/delivery/deliver.ts', '../assets/queries.ts'), 'enter assets through its index.ts'],
    [file('server/src/gadgets/x.ts', '../db/index.ts'), 'gadgets is in no layer'],
    [file('gadgets/src/x.ts', 'zod'), 'packages/gadgets is in no table'],
  ])('refuses %j', (wrong, sentence) => {
    expect(complaintsAbout([wrong]).join()).toContain(sentence)
  })

  it.each([
    file('core/src/dialects/img-src.ts', '../request/index.ts'),
    file('core/src/geometry/size.ts', '../problem/index.ts'),
    file('engine/src/run.ts', './sharp/apply.ts'),
    file('server/src/delivery/deliver.ts', '../assets/index.ts'),
    file('server/src/delivery/deliver.ts', './respond.ts'),
    file('server/src/app.ts', './config.ts'),
    file('core/src/geometry/size.test.ts', 'node:fs'),
    file('cli/src/transform.ts', '@fovea/engine/pool'),
  ])('accepts %j', (right) => {
    expect(complaintsAbout([right])).toEqual([])
  })

  it('lets a type-only file be named from below', () => {
    const vocabulary: SourceFile = {
      path: 'packages/server/src/assets/asset.ts',
      imports: [],
      typesOnly: true,
    }
    const service: SourceFile = { ...vocabulary, typesOnly: false }
    const naming = file('server/src/changes.ts', './assets/asset.ts', true)
    expect(complaintsAbout([naming, vocabulary])).toEqual([])
    expect(complaintsAbout([naming, service])).toHaveLength(1)
  })

  it('finds cycles between folders', () => {
    const cycle = [file('core/src/a/x.ts', '../b/y.ts'), file('core/src/b/y.ts', '../a/x.ts')]
    expect(cyclesIn(cycle, 'core')).toEqual(['a → b → a'])
  })

  it('follows imports through packages', () => {
    const chain = [
      file('server/src/main.ts', '@fovea/engine/pool'),
      file('engine/src/pool/index.ts', '../run.ts'),
      file('engine/src/run.ts', 'sharp'),
    ]
    const doors = new Map([['@fovea/engine/pool', 'packages/engine/src/pool/index.ts']])
    expect(reachableFrom('packages/server/src/main.ts', chain, doors).get('sharp')).toHaveLength(3)
  })

  it('knows every package', () => {
    expect(packageFolders.filter((folder) => packages[folder] === undefined)).toEqual([])
  })
})
