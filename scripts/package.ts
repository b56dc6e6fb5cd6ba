/**
 * Makes what npm publishes of `packages/sdk` and `packages/react`: plain ES modules, their types, and a manifest.
 *
 * `node scripts/package.ts [folder]` writes `folder/client` and `folder/react` (into `dist/` without one); then
 * `npm publish` each of them.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Published {
  /** Below `packages/`. */
  readonly source: string
  readonly description: string
  /** Compiler options beside those of all. */
  readonly compiler: Readonly<Record<string, unknown>>
}

const client: Published = {
  source: 'sdk',
  description: 'Client of Fovea, the self-hosted image platform: upload images, sign and build their URLs.',
  compiler: {},
}
const react: Published = {
  source: 'react',
  description: 'React components for Fovea: responsive pictures with placeholders, uploads with progress.',
  compiler: { jsx: 'react-jsx', types: ['react', 'react-dom'] },
}

/** @throws when the types do not hold */
export function packageClient(folder: string): void {
  publish(client, folder)
}

/** The types are checked against the client as published, in `clientFolder`. @throws when they do not hold */
export function packageReact(folder: string, clientFolder: string): void {
  const paths = { '@fovea/client/*': [join(clientFolder, '*.d.ts')] }
  publish({ ...react, compiler: { ...react.compiler, paths } }, folder)
}

function publish({ source, description, compiler }: Published, folder: string): void {
  const from = join(root, 'packages', source)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  compile(from, folder, compiler)
  const { name, version, license, exports, dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(from, 'package.json'), 'utf8'),
  )
  const exported = Object.entries(exports as Record<string, string>).map(([subpath, file]) => {
    const built = file.replace(/^\.\/src\/(.*)\.ts$/, './$1')
    return [subpath, { types: `${built}.d.ts`, default: `${built}.js` }]
  })
  const manifest = {
    ...{ name, version, description, license },
    type: 'module',
    sideEffects: false,
    exports: Object.fromEntries(exported),
    engines: { node: '>=20' },
    ...{ dependencies, peerDependencies },
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  cpSync(join(from, 'README.md'), join(folder, 'README.md'))
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

function compile(from: string, folder: string, options: Published['compiler']): void {
  const config = join(folder, 'tsconfig.json')
  const source = join(from, 'src')
  const settings = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], rootDir: source, outDir: folder },
      ...{ noEmit: false, declaration: true, rewriteRelativeImportExtensions: true },
      allowImportingTsExtensions: false,
      typeRoots: [join(root, 'node_modules', '@types')],
      ...options,
    },
    include: [source],
    exclude: ['test.ts', 'test.tsx', 'test-server.ts'].map((end) => `${source}/**/*.${end}`),
  }
  writeFileSync(config, JSON.stringify(settings))
  execFileSync('tsc', ['-p', config], { stdio: ['ignore', 'inherit', 'inherit'] })
  rmSync(config)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue
    // The compiler rewrites the imports of code, not those of declarations.
    const file = join(folder, name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/(['"]\.\.?\/[\w/-]+)\.tsx?(['"])/g, '$1.js$2'))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = resolve(process.argv[2] ?? join(root, 'dist'))
  packageClient(join(folder, 'client'))
  packageReact(join(folder, 'react'), join(folder, 'client'))
  console.log(folder)
}
