import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FoveaError, type ProjectExport } from '@fovea/client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type SaveOptions, saveArchive } from './export-archive.ts'
import { laterBar } from './later-bar.ts'

let folder: string
let server: Server
let out: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fovea-export-'))
  out = join(folder, 'a.zip')
  writeFileSync(out, 'the one before')
})
afterEach(() => {
  server?.close()
  rmSync(folder, { recursive: true })
})

async function save(
  answer: RequestListener,
  of: Partial<ProjectExport> = {},
  how: Partial<SaveOptions> = {},
): Promise<string> {
  server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const made: ProjectExport = {
    ...{ id: 'job_1', state: 'done', files: 3, filesDone: 3, size: 6 },
    ...{ createdAt: new Date(), expiresAt: new Date() },
    downloadUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`,
    ...of,
  }
  const { signal } = new AbortController()
  return saveArchive(made, { out, signal, bar: laterBar(false, ''), ...how })
}

const files = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])

it('replaces the file by the whole archive', async () => {
  expect(await save((_, response) => response.end('abcdef'))).toBe(out)
  expect(files()).toEqual([['a.zip', 'abcdef']])
})

it.each<[string, RequestListener, string]>([
  ['is refused', (_, response) => response.writeHead(404).end('{}'), 'the server answered 404'],
  ['ends early', (_, response) => response.end('abc'), 'has 3 bytes, not 6'],
  ['goes on', (_, response) => response.end('abcdefghi'), 'has 9 bytes, not 6'],
  [
    'breaks off',
    (_, response) => {
      response.writeHead(200, { 'content-length': 6 })
      response.write('abc', () => response.destroy())
    },
    'broke off',
  ],
  ['does not come', (request) => request.socket.destroy(), 'broke off'],
])('leaves what was there when the archive %s', async (_, answer, message) => {
  const error = await save(answer).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(FoveaError)
  expect(error).toHaveProperty('message', expect.stringContaining(message))
  expect(files()).toEqual([['a.zip', 'the one before']])
})

it('leaves what was there when it is stopped', async () => {
  const stopped = new AbortController()
  const bar = { show: () => stopped.abort(), stop: () => {} }
  const saved = save((_, response) => response.write('abc'), {}, { signal: stopped.signal, bar })
  await expect(saved).rejects.toHaveProperty('name', 'AbortError')
  expect(files()).toEqual([['a.zip', 'the one before']])
})

it('says that an export has failed', async () => {
  const saved = save(() => {}, { state: 'failed', downloadUrl: undefined })
  await expect(saved).rejects.toThrow('The export "job_1" has failed.')
})
