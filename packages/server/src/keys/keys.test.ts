import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../db/databases.test-harness.ts'
import { checkMasterKey } from './check-master-key.ts'
import { loadMasterKey, MasterKey } from './master-key.ts'
import { hashPassword, verifyPassword } from './password.ts'

const allRoles = ['api', 'image', 'worker'] as const

describe('MasterKey', () => {
  const key = new MasterKey('a master key that is long enough to be one')

  it('opens what it sealed, for the same purpose and row only', () => {
    const sealed = key.seal('signing-secrets', 'project/kid', 'sécret')
    expect(sealed).not.toContain('sécret')
    expect(key.seal('signing-secrets', 'project/kid', 'sécret')).not.toBe(sealed)
    expect(key.open('signing-secrets', 'project/kid', sealed)).toBe('sécret')
    expect(() => key.open('signing-secrets', 'project/other', sealed)).toThrow()
    expect(() => key.open('installation', 'project/kid', sealed)).toThrow()
    expect(() =>
      new MasterKey('another master key, just as long as that').open(
        'signing-secrets',
        'project/kid',
        sealed,
      ),
    ).toThrow()
  })

  it('refuses any changed byte and shortened tags', () => {
    const sealed = key.seal('signing-secrets', 'row', 'text')
    const [version, iv = '', tag = '', body = ''] = sealed.split('.')
    for (const changed of [
      [version, iv, tag, `${body.startsWith('A') ? 'B' : 'A'}${body.slice(1)}`],
      [version, iv, `${tag.startsWith('A') ? 'B' : 'A'}${tag.slice(1)}`, body],
      [version, iv, tag.slice(0, 8), body],
      ['v2', iv, tag, body],
      ['v1'],
    ]) {
      expect(() => key.open('signing-secrets', 'row', changed.join('.')), changed.join('.')).toThrow()
    }
  })
})

describe('loadMasterKey', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fovea-keys-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  it('makes secret.key once, 0600, also when eight processes start together', async () => {
    const keys = await Promise.all(
      Array.from({ length: 8 }, () =>
        loadMasterKey({ FOVEA_DATA_DIR: dataDir, FOVEA_SECRET_KEY: undefined, FOVEA_ROLES: [...allRoles] }),
      ),
    )
    const [first] = keys
    const sealed = first?.seal('installation', 'x', 'same') ?? ''
    for (const key of keys) expect(key.open('installation', 'x', sealed)).toBe('same')
    expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600)
    expect((await readFile(join(dataDir, 'secret.key'), 'utf8')).trim().length).toBeGreaterThanOrEqual(43)
  })

  it('refuses split roles without FOVEA_SECRET_KEY, and an empty key file', async () => {
    const split = { FOVEA_DATA_DIR: dataDir, FOVEA_SECRET_KEY: undefined, FOVEA_ROLES: ['api' as const] }
    await expect(loadMasterKey(split)).rejects.toThrow(/FOVEA_SECRET_KEY/)
    await expect(loadMasterKey({ ...split, FOVEA_SECRET_KEY: 'x'.repeat(32) })).resolves.toBeInstanceOf(
      MasterKey,
    )
    const empty = await mkdtemp(join(tmpdir(), 'fovea-keys-'))
    await writeFile(join(empty, 'secret.key'), '\n')
    await expect(
      loadMasterKey({ FOVEA_DATA_DIR: empty, FOVEA_SECRET_KEY: undefined, FOVEA_ROLES: [...allRoles] }),
    ).rejects.toThrow(/holds no key/)
    await rm(empty, { recursive: true })
  })

  it('is checked against the database it belongs to', async () => {
    const test = await openTestDatabase('sqlite')
    await checkMasterKey(test.database, new MasterKey('the first key of this database, long enough'))
    await checkMasterKey(test.database, new MasterKey('the first key of this database, long enough'))
    await expect(
      checkMasterKey(test.database, new MasterKey('another key, which is also long enough to be')),
    ).rejects.toThrow(/not the one this database was made with/)
    await test.close()
  })
})

describe('passwords', () => {
  it('fit themselves, in any Unicode form, and nothing else; parameters are stored', async () => {
    const stored = await hashPassword('Grüße 1')
    expect(stored).toMatch(/^pbkdf2-sha512\$210000\$[\w-]{22}\$[\w-]{86}$/)
    expect(await verifyPassword('Gru\u0308ße 1', stored)).toEqual({ fits: true, isOutdated: false })
    expect((await verifyPassword('Grüße 2', stored)).fits).toBe(false)
    const weak = stored.replace('$210000$', '$100$')
    expect((await verifyPassword('Grüße 1', weak)).fits).toBe(false)
    for (const damaged of ['', 'x', 'pbkdf2-sha512$210000$$', 'pbkdf2-sha512$-1$a$b', 'bcrypt$1$a$b']) {
      expect((await verifyPassword('', damaged)).fits, damaged).toBe(false)
    }
  })
})
