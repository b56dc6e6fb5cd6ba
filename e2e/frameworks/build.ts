/**
 * Builds a small site with a framework as its users do, with the client as npm would publish it.
 *
 * Frameworks are larger than everything Fovea needs, so they are installed once per machine into the tests' cache; a site
 * gets its copy as hard links, because bundlers refuse modules from outside the site.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageClient, packageReact } from '../../scripts/package.ts'
import { cachedTool } from '../../scripts/testing/cached-tool.ts'
import { run } from '../../scripts/testing/command.ts'

export interface Site {
  /** Packages with their versions; together they name the cache. */
  readonly packages: readonly string[]
  /** Path → content. */
  readonly files: Readonly<Record<string, string>>
  /** Module below node_modules, and its arguments. */
  readonly build: readonly [string, ...string[]]
}

export interface BuiltSite {
  readonly folder: string
  remove(): void
}

/** @throws Error with the framework's own words */
export async function buildSite({ packages, files, build: [program, ...args] }: Site): Promise<BuiltSite> {
  const name = packages.join('+').replaceAll('/', '-')
  const tool = await cachedTool(name, (folder) => install(folder, packages))
  if ('complaint' in tool) throw new Error(tool.complaint)
  const folder = mkdtempSync(join(dirname(tool.folder), 'site-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const modules = join(folder, 'node_modules')
    execFileSync('cp', ['-al', join(tool.folder, 'node_modules'), modules])
    mkdirSync(join(modules, '@fovea'), { recursive: true })
    const client = join(modules, '@fovea', 'client')
    packageClient(client)
    if (packages.some((name) => name.startsWith('react@')))
      packageReact(join(modules, '@fovea', 'react'), client)
    for (const [path, content] of Object.entries({ 'package.json': '{"private":true}', ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    const quiet = {
      NEXT_TELEMETRY_DISABLED: '1',
      ASTRO_TELEMETRY_DISABLED: '1',
      NUXT_TELEMETRY_DISABLED: '1',
    }
    // vitest says "test" in NODE_ENV, which a production build must not see.
    const env = { ...process.env, ...quiet, NODE_ENV: 'production', VITEST: undefined }
    const made = await run(process.execPath, [join(modules, program), ...args], { cwd: folder, env })
    if (!made.ok) throw new Error(made.output.slice(-4_000))
    return { folder, remove }
  } catch (error) {
    remove()
    throw error
  }
}

async function install(folder: string, packages: readonly string[]): Promise<string | undefined> {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
  const made = await run('npm', ['install', ...options, ...packages])
  return made.ok ? undefined : `${packages.join(', ')} could not be installed:\n${made.output.slice(-2_000)}`
}
