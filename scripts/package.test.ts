/** What npm would publish, checked as its users meet it: resolution, types, size, and a runtime that has only the web. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
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

  it.each([
    [1_000, `export { deliveryUrl } from 'client/url.js'`],
    [2_500, `export { uploadTo } from 'client/upload.js'`],
    [6_000, `export { Fovea } from 'client/index.js'`],
  ])('is at most %i bytes, compressed, for %s', async (most, code) => {
    expect(gzipSync(await bundle(code, 'es')).length).toBeLessThanOrEqual(most)
  })

  it('runs where there is nothing but the web', async () => {
    const { server, asked } = await startAnswering({
      '/api/v1/project/client': {
        url: 'https://img.example',
        project: 'demo',
        signing: { kid: 'k', secret: 's' },
      },
      '/api/v1/images?target_path=a.png': { id: '0123456789abcdef', path: 'a.png' },
    })
    try {
      const code = await bundle(`export { Fovea } from 'client/index.js'`, 'iife')
      const context = createContext({ ...web }, { codeGeneration: { strings: false, wasm: false } })
      runInContext(code, context)
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      runInContext(`const { images } = new entry.Fovea({ apiKey: 'fov_x', url: '${url}' })`, context)
      expect(await runInContext(`images.url('a.jpg', { blur: 2 })`, context)).toMatch(
        /^https:\/\/img\.example\/t\/demo\/[\w-]+\?kid=k&sig=[0-9a-f]{64}$/,
      )
      const shares: number[] = await runInContext(
        `const shares = []
        const onProgress = (share) => shares.push(share)
        images.upload(new Blob([new Uint8Array(200_000)]), 'a.png', { onProgress }).then(() => shares)`,
        context,
      )
      expect(shares.length).toBeGreaterThan(2)
      expect(shares.at(-1)).toBe(1)
      expect(asked).toEqual(['GET /api/v1/project/client', 'POST /api/v1/images?target_path=a.png'])
    } finally {
      server.close()
    }
  })
})

/** What edge workers have, as far as the client may use it. */
const web = {
  ...{ AbortSignal, Blob, FormData, Headers, ReadableStream, Response, TextEncoder, URL, URLSearchParams },
  ...{ btoa, clearTimeout, crypto, fetch, setTimeout },
}

/** Answers each path with its JSON and remembers what was asked. */
async function startAnswering(
  answers: Readonly<Record<string, unknown>>,
): Promise<{ readonly server: Server; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      asked.push(`${request.method} ${request.url}`)
      response.end(JSON.stringify(answers[request.url ?? '']))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, asked }
}
