import { expect, it } from 'vitest'
import { type Answer, serveClient } from './client.test-server.ts'
import type { ProjectExport } from './index.ts'

async function client(...answers: readonly Answer[]) {
  const { fovea, heard } = await serveClient(answers)
  return { exports: fovea.exports, heard }
}

const running = {
  ...{ id: 'job_1', state: 'running', files: 0, files_done: 0, size: null, download_url: null },
  ...{ created_at: '2026-11-21T08:00:00.000Z', expires_at: '2026-11-28T08:00:00.000Z' },
}
const done = {
  ...{ ...running, state: 'done', files: 30, files_done: 30, size: 9_000 },
  download_url: 'https://img.example/archive',
}
const begun: ProjectExport = {
  ...{ id: 'job_1', state: 'running', files: 0, filesDone: 0, size: undefined, downloadUrl: undefined },
  ...{ createdAt: new Date('2026-11-21T08:00:00.000Z'), expiresAt: new Date('2026-11-28T08:00:00.000Z') },
}
const ended: ProjectExport = {
  ...{ ...begun, state: 'done', files: 30, filesDone: 30, size: 9_000 },
  downloadUrl: 'https://img.example/archive',
}

it('are made, looked up, listed and deleted', async () => {
  const { exports, heard } = await client(
    { status: 202, body: { export: running } },
    { body: { export: done } },
    { body: { exports: [done, running] } },
    { body: { success: true } },
  )
  expect(await exports.create()).toEqual(begun)
  expect(await exports.get('a/b')).toEqual(ended)
  expect(await exports.list()).toEqual([ended, begun])
  await exports.delete('job_1')
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /api/v1/exports',
    'GET /api/v1/exports/a%2Fb',
    'GET /api/v1/exports',
    'DELETE /api/v1/exports/job_1',
  ])
})

it('are waited for until they have ended', async () => {
  const { exports } = await client({ body: { export: running } }, { body: { export: done } })
  const seen: ProjectExport[] = []
  expect(await exports.wait('job_1', { onProgress: (now) => seen.push(now) })).toEqual(ended)
  expect(seen).toEqual([begun, ended])
})

it('are returned as they are when they have failed', async () => {
  const { exports } = await client({ body: { export: { ...running, state: 'failed' } } })
  expect(await exports.wait('job_1')).toEqual({ ...begun, state: 'failed' })
})

it('are waited for no longer than their caller wants', async () => {
  const { exports } = await client({ body: { export: running } })
  const stopped = new AbortController()
  const reason = new Error('enough')
  const waiting = exports.wait('job_1', { onProgress: () => stopped.abort(reason), signal: stopped.signal })
  await expect(waiting).rejects.toBe(reason)
})
