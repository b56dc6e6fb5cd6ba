import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Harness, startApi } from '../http/api/api.test-harness.ts'
import { verifyPassword } from '../keys/index.ts'
import { firstRun } from './first-run.ts'

/** A stack whose database has not seen a first start. */
async function unborn(): Promise<{
  harness: Harness
  dataDir: string
  run(): ReturnType<typeof firstRun>
  printed: string[]
  close(): Promise<void>
}> {
  const harness = await startApi()
  for (const table of ['api_keys', 'signing_secrets', 'projects', 'users', 'installation'] as const) {
    await harness.database.queries.deleteFrom(table).execute()
  }
  harness.changes.announce({ kind: 'project', projectId: harness.project.id, slug: 'demo' })
  const dataDir = await mkdtemp(join(tmpdir(), 'fovea-first-'))
  const printed: string[] = []
  return {
    harness,
    dataDir,
    printed,
    run: () =>
      firstRun({ ...harness, config: { FOVEA_DATA_DIR: dataDir }, print: (text) => printed.push(text) }),
    async close() {
      await harness.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

describe('firstRun', () => {
  it('makes owner, project, key and pictures that work, and writes exactly the documented fields', async () => {
    const { harness, dataDir, run, printed, close } = await unborn()
    const facts = await run()
    expect(Object.keys(facts ?? {})).toEqual([
      'url',
      'consoleUrl',
      'email',
      'password',
      'project',
      'apiKey',
      'signingSecret',
      'sampleUrl',
    ])
    const path = join(dataDir, 'first-run.json')
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(facts)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(dataDir)).toEqual(['first-run.json'])
    expect(printed.join('')).toContain(facts?.sampleUrl)
    const list = await harness.api.inject({
      url: '/api/v1/images',
      headers: { authorization: `Bearer ${facts?.apiKey}` },
    })
    expect(list.statusCode).toBe(200)
    const paths = list.json().images.flatMap((image: { paths: string[] }) => image.paths)
    expect(paths.length).toBeGreaterThanOrEqual(3)
    expect(paths).toContain('landscape.jpg')
    expect(facts?.sampleUrl).toBe('http://images.test/i/demo/landscape.webp?w=800')
    const project = await harness.projects.resolve('demo')
    expect(project?.settings.access).toBe('open')
    expect(project?.signingSecrets.map(({ secret }) => secret)).toEqual([facts?.signingSecret])
    const owner = await harness.database.queries.selectFrom('users').selectAll().executeTakeFirstOrThrow()
    expect(owner.email).toBe(facts?.email)
    expect(owner.email_verified).toBe(1)
    const login = await harness.database.queries.selectFrom('logins').selectAll().executeTakeFirstOrThrow()
    expect((await verifyPassword(facts?.password ?? '', login.password ?? '')).fits).toBe(true)
    await close()
  })

  it('does nothing at later starts, also when the file was deleted', async () => {
    const { dataDir, run, printed, close } = await unborn()
    await run()
    await rm(join(dataDir, 'first-run.json'))
    expect(await run()).toBeUndefined()
    expect(await readdir(dataDir)).toEqual([])
    expect(printed).toHaveLength(1)
    await close()
  })

  it('finishes what a start that failed at any step began, with the same facts', async () => {
    for (const step of ['transaction', 'receive', 'store'] as const) {
      const { harness, dataDir, run, close } = await unborn()
      const target = step === 'transaction' ? harness.database : harness.uploads
      const original = Reflect.get(target, step) as (...parameters: unknown[]) => unknown
      let calls = 0
      Reflect.set(target, step, (...parameters: unknown[]) => {
        if (++calls > (step === 'transaction' ? 0 : 1)) throw new Error('killed here')
        return original.apply(target, parameters)
      })
      await expect(run(), step).rejects.toThrow('killed here')
      const pending = JSON.parse(await readFile(join(dataDir, 'first-run.pending.json'), 'utf8'))
      expect((await stat(join(dataDir, 'first-run.pending.json'))).mode & 0o777).toBe(0o600)
      Reflect.set(target, step, original)
      const facts = await run()
      expect(facts?.apiKey).toBe(pending.apiKey)
      expect(await readdir(dataDir)).toEqual(['first-run.json'])
      const counts = await Promise.all(
        (['users', 'projects', 'api_keys', 'signing_secrets'] as const).map(
          async (table) => (await harness.database.queries.selectFrom(table).selectAll().execute()).length,
        ),
      )
      expect(counts, step).toEqual([1, 1, 1, 1])
      await close()
    }
  })

  it('happens once when two processes with data directories of their own share a database', async () => {
    const { harness, run, close } = await unborn()
    const otherDir = await mkdtemp(join(tmpdir(), 'fovea-first-'))
    const both = await Promise.all([
      run(),
      firstRun({ ...harness, config: { FOVEA_DATA_DIR: otherDir }, print: () => {} }),
    ])
    expect(both.filter((facts) => facts !== undefined)).toHaveLength(1)
    expect(await harness.database.queries.selectFrom('projects').selectAll().execute()).toHaveLength(1)
    await rm(otherDir, { recursive: true, force: true })
    await close()
  })
})
