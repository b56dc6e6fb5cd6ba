/**
 * Builds the console into `dist/{digest of its sources}` and names that folder in `dist/current`.
 *
 * Does nothing when that is there already, so it may run at every start. What is half done lies under a name of its own
 * and is renamed when it is whole: two builds at once do not meet, and the server never reads what is not finished.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'
import { gzip } from 'node:zlib'
import { digestOf } from './digest.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = join(root, '..')
const dist = join(root, 'dist')
/** What the server replaces by a number of each answer's own: see its Content-Security-Policy. */
const noncePlaceholder = '{{nonce}}'

const digest = await digestOf([
  join(root, 'index.html'),
  join(root, 'build'),
  join(root, 'src'),
  join(packages, 'sdk', 'src'),
  join(packages, 'core', 'src'),
  join(packages, '..', 'package-lock.json'),
])
const wanted = join(dist, digest)
try {
  if (!existsSync(wanted)) await buildInto(wanted)
  await replaceFile(join(dist, 'current'), digest)
  await removeOld()
} catch (error) {
  // Without colours and the tool's own stack: the server puts it into its log.
  console.error(stripVTControlCharacters(error instanceof Error ? error.message : String(error)))
  process.exitCode = 1
}

async function buildInto(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`
  const { build } = await import('vite')
  try {
    await build({
      root,
      configFile: false,
      envDir: false,
      base: '/console/',
      // Warnings are about directives in packages that mean nothing in a page.
      logLevel: 'error',
      html: { cspNonce: noncePlaceholder },
      build: {
        outDir: unfinished,
        emptyOutDir: true,
        // Every file is one of ours: the policy allows no data: scripts and fonts.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
      },
    })
    await compressAssets(join(unfinished, 'assets'))
    await rename(unfinished, folder)
  } catch (error) {
    // Somebody else was faster: the same sources, the same result.
    if (!existsSync(folder)) throw error
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** Beside each file its gzip form, which every browser takes on every connection. */
async function compressAssets(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/\.(?:js|css|svg)$/.test(name)) continue
    const compressed = await promisify(gzip)(await readFile(join(folder, name)), { level: 9 })
    await writeFile(join(folder, `${name}.gz`), compressed)
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dist, { recursive: true })
  await writeFile(`${path}.${process.pid}`, text)
  await rename(`${path}.${process.pid}`, path)
}

/** Of sources that are no more. What another build is just writing has a name with a dot. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(dist)) {
    if (/^[0-9a-f]+$/.test(name) && name !== basename(wanted))
      await rm(join(dist, name), { recursive: true, force: true })
  }
}
