/** What npm would publish, checked as its users meet it: resolution, types, size, and a runtime that has only the web. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageClient, packageReact } from './package.ts'

const work = mkdtempSync(join(tmpdir(), 'fovea-client-'))
const folder = join(work, 'client')
const reactFolder = join(work, 'react')

beforeAll(() => {
  packageClient(folder)
  packageReact(reactFolder, folder)
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

async function bundle(code: string, format: 'es' | 'iife'): Promise<string> {
  const input = 'virtual:entry'
  const build = await rolldown({
    input,
    platform: 'neutral',
    external: [],
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === input ? id : id.startsWith('client/') ? join(folder, id.slice(7)) : null),
        load: (id) => (id === input ? code : null),
      },
    ],
  })
  const { output } = await build.generate({ format, name: 'entry', minify: true })
  await build.close()
  return output[0].code
}

describe.each([
  ['client', folder],
  ['react', reactFolder],
])('the published package %s', (name, packed) => {
  it('is without a fault', async () => {
    const { messages } = await publint({ pkgDir: packed, strict: true })
    expect(messages).toEqual([])
  })

  it('has types that resolve wherever modules do', async () => {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', work], { cwd: packed })
    const tarball = readdirSync(work).find((file) => file.endsWith('.tgz') && file.includes(name)) ?? ''
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(join(work, tarball))))
    const problems = 'problems' in analysis ? analysis.problems : ['no types']
    // ES modules only, as Node 20 and every bundler read them; Node 10 knew no `exports`.
    const found = problems.filter(
      (problem) =>
        typeof problem === 'string' ||
        !(
          problem.kind === 'CJSResolvesToESM' ||
          ('resolutionKind' in problem && problem.resolutionKind === 'node10')
        ),
    )
    expect(found).toEqual([])
  })
})

describe('the published client', () => {
  it('names no module but its own files', () => {
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const files = all.filter((name) => /\.(?:js|d\.ts)$/.test(name))
    expect(files.length).toBeGreaterThan(20)
    for (const name of files) {
      const text = readFileSync(join(folder, name), 'utf8')
      const modules = [...text.matchAll(/^(?:import|export)[^'"]*?from ['"]([^'"]+)['"]/gm)].map(
        ([, id]) => id,
      )
      expect(
        modules.filter((id) => !/^\.\.?\/[\w/-]+\.js$/.test(id ?? '')),
        name,
      ).toEqual([])
    }
  })

  it('is at most 2 kB for building URLs and 6 kB whole, compressed', async () => {
    const url = await bundle(`export { deliveryUrl } from 'client/url.js'`, 'es')
    const all = await bundle(`export { Fovea } from 'client/index.js'`, 'es')
    expect(gzipSync(url).length).toBeLessThanOrEqual(2_000)
    expect(gzipSync(all).length).toBeLessThanOrEqual(6_000)
  })

  it('runs where there is nothing but the web', async () => {
    const code = await bundle(`export { Fovea } from 'client/index.js'`, 'iife')
    const { AbortSignal, Blob, crypto, FormData, TextEncoder, URL, btoa } = globalThis
    const asked: string[] = []
    const fetch = async (target: string) => {
      asked.push(target)
      return Response.json({
        url: 'https://img.example',
        project: 'demo',
        signing: { kid: 'k', secret: 's' },
      })
    }
    const web = { AbortSignal, Blob, crypto, FormData, TextEncoder, URL, btoa, fetch }
    const context = createContext({ ...web }, { codeGeneration: { strings: false, wasm: false } })
    runInContext(code, context)
    const url: string = await runInContext(
      `new entry.Fovea({ apiKey: 'fov_x', url: 'https://api.example' }).images.url('a.jpg', { blur: 2 })`,
      context,
    )
    expect(url).toMatch(/^https:\/\/img\.example\/t\/demo\/[\w-]+\?kid=k&sig=[0-9a-f]{64}$/)
    expect(asked).toEqual(['https://api.example/api/v1/project/client'])
  })
})
