/** `fovea export` against real servers: one that is not made yet is waited for, through an interruption and a restart. */
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFovea, startFovea } from './fovea-command.ts'
import { generatePng, type RunningServer, startServer, temporaryDataDir } from './support.ts'

const folder = temporaryDataDir()
const dataDir = temporaryDataDir()
const secret = { FOVEA_SECRET_KEY: 'c2VjcmV0IG9mIGEgdGVzdCwgMzIgYnl0ZXMgYW5kIG1vcmU' }

let server: RunningServer
let env: Readonly<Record<string, string>>

/** Begins, and is there as soon as it has said which export it waits for. */
async function waiting() {
  const { child, ended } = startFovea(folder, ['export', '--out', 'late.zip'], env)
  const [line] = await once(child.stderr, 'data')
  return { child, ended, id: /^export (\S+)\n/.exec(line)?.[1] ?? '' }
}

beforeAll(async () => {
  // Without a worker: nothing makes the export until there is one.
  server = await startServer({ dataDir, env: { ...secret, FOVEA_ROLES: 'api,image' } })
  env = { FOVEA_API_URL: server.url, FOVEA_API_KEY: server.firstRun.apiKey }
  await server.upload(await generatePng({ width: 30, height: 20 }), 'a.png')
})
afterAll(() => server?.stop())

describe('fovea export', () => {
  it('waits for the same export when it is run again, and outlasts a restart of the server', async () => {
    const first = await waiting()
    first.child.kill('SIGINT')
    expect(await first.ended).toMatchObject({ code: 130, stdout: '' })

    const second = await waiting()
    expect(second.id).toBe(first.id)
    const { port } = server
    await server.stop()
    server = await startServer({ dataDir, env: { ...secret, FOVEA_PORT: String(port) } })
    const { code, stdout, stderr } = await second.ended
    expect([code, stderr]).toEqual([0, `export ${first.id}\n`])
    expect(stdout).toMatch(/^late\.zip {2}\d+ files, [\d.]+ MB\n$/)
    expect(readFileSync(join(folder, 'late.zip')).includes('manifest.jsonl')).toBe(true)
  })

  it('fetches one that is done by its id, under the name that the server gives', async () => {
    const [done] = (await (await server.api('/api/v1/exports')).json()).exports
    const { code, stdout, stderr } = await runFovea(folder, ['export', done.id, '--json'], env)
    expect([code, stderr]).toEqual([0, ''])
    const { file, ...told } = JSON.parse(stdout)
    expect(told).toEqual({ id: done.id, files: done.files, size: done.size })
    expect(file).toMatch(new RegExp(`^${server.firstRun.project}-\\d{4}-\\d\\d-\\d\\d\\.zip$`))
    expect(readFileSync(join(folder, file))).toEqual(readFileSync(join(folder, 'late.zip')))
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('says what is wrong', async () => {
    mkdirSync(join(folder, 'there'))
    const onFolder = await runFovea(folder, ['export', '--out', 'there'], env)
    expect([onFolder.code, onFolder.stderr]).toEqual([2, 'fovea: --out there is a folder\n'])
    const none = await runFovea(folder, ['export', 'none'], env)
    expect([none.code, none.stderr.includes('There is no such export')]).toEqual([1, true])
  })
})
