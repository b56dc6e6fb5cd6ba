/**
 * Makes the package that npm publishes of `packages/sdk`: plain ES modules, their types, and a manifest of its own.
 *
 * `node scripts/package-client.ts [folder]`; without a folder into packages/sdk/dist. Then `npm publish` that folder.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const source = fileURLToPath(new URL('../packages/sdk/', import.meta.url))
const root = fileURLToPath(new URL('..', import.meta.url))

/** @throws when the types do not hold */
export function packageClient(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const config = join(source, 'tsconfig.build.json')
  execFileSync('tsc', ['-p', config, '--outDir', folder], { stdio: ['ignore', 'inherit', 'inherit'] })
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue
    // The compiler rewrites the imports of code, not those of declarations.
    const file = join(folder, name)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(['"]\.\.?\/[\w/-]+)\.ts(['"])/g, '$1.js$2'))
  }
  const { name, version, license, exports } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const exported = Object.entries(exports as Record<string, string>).map(([subpath, file]) => {
    const built = file.replace(/^\.\/src\/(.*)\.ts$/, './$1')
    return [subpath, { types: `${built}.d.ts`, default: `${built}.js` }]
  })
  const manifest = {
    name,
    version,
    description: 'Client of Fovea, the self-hosted image platform: upload images, sign and build their URLs.',
    license,
    type: 'module',
    sideEffects: false,
    exports: Object.fromEntries(exported),
    engines: { node: '>=20' },
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  cpSync(join(source, 'README.md'), join(folder, 'README.md'))
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = resolve(process.argv[2] ?? join(source, 'dist'))
  packageClient(folder)
  console.log(folder)
}
