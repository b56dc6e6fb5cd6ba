import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { storageContract } from './contract.test-suite.ts'
import { createFileOnce, replaceFile } from './durable-file.ts'
import { openStorage, type Storage } from './open-storage.ts'

const opened: { storage: Storage; dataDir: string }[] = []

async function open(dataDir?: string) {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'fovea-storage-')))
  await chmod(directory, 0o711)
  const storage = await openStorage(directory)
  opened.push({ storage, dataDir: directory })
  return { storage, dataDir: directory }
}

afterEach(async () => {
  for (const { storage, dataDir } of opened.splice(0)) {
    await storage.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

storageContract('fs', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fovea-storage-'))
  const storage = await openStorage(dataDir)
  return {
    driver: storage.driver,
    async close() {
      await storage.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
})

describe('fs storage', () => {
  it('links a complete local file instead of copying it', async () => {
    const { storage } = await open()
    const staged = storage.temporary.newPath()
    await writeFile(staged, 'staged')
    await storage.driver.put('p/aa/linked', { path: staged })
    const [from, to] = await Promise.all([
      stat(staged),
      stat(storage.driver.localPath?.('p/aa/linked') ?? ''),
    ])
    expect(to.ino).toBe(from.ino)
  })

  it('puts a local file in the place of what lies there', async () => {
    const { storage, dataDir } = await open()
    await storage.driver.put('p/aa/a', Buffer.from('old'))
    const staged = storage.temporary.newPath()
    await writeFile(staged, 'staged')
    await storage.driver.put('p/aa/a', { path: staged })
    const put = storage.driver.localPath?.('p/aa/a') ?? ''
    expect((await stat(put)).ino).toBe((await stat(staged)).ino)
    await unlink(staged)
    expect(await filesIn(join(dataDir, 'tmp'))).toEqual([])
  })

  it('leaves no temporary file after a put, whole or broken', async () => {
    const { storage, dataDir } = await open()
    await storage.driver.put('p/aa/a', Buffer.from('x'))
    await expect(storage.driver.put('p/aa/b', { path: '/nonexistent/file' })).rejects.toThrow()
    expect(await filesIn(join(dataDir, 'tmp'))).toEqual([])
    expect(await filesIn(join(dataDir, 'blobs'))).toEqual(['p/aa/a'])
  })

  it('lets another user open a file it is told and list nothing, whatever the umask', async () => {
    const before = process.umask(0o077)
    try {
      const { storage, dataDir } = await open()
      await storage.driver.put('p/aa/a', Buffer.from('x'))
      for (const directory of ['', 'blobs', 'blobs/p', 'blobs/p/aa', 'tmp']) {
        expect((await stat(join(dataDir, directory))).mode & 0o777, directory).toBe(0o711)
      }
      expect((await stat(join(dataDir, 'blobs/p/aa/a'))).mode & 0o777).toBe(0o644)
      if (process.getuid?.() !== 0) return
      const asNobody = (command: string) =>
        spawnSync('/bin/sh', ['-c', command], { uid: 65_534, gid: 65_534 }).status
      expect(asNobody(`cat ${dataDir}/blobs/p/aa/a`)).toBe(0)
      expect(asNobody(`ls ${dataDir}/blobs/p/aa`)).not.toBe(0)
      expect(asNobody(`ls ${dataDir}`)).not.toBe(0)
    } finally {
      process.umask(before)
    }
  })
})

describe('temporary files', () => {
  it('of dead processes are removed at the next start, those of living ones are kept', async () => {
    const { storage, dataDir } = await open()
    const mine = storage.temporary.newPath()
    await writeFile(mine, 'still arriving')
    const own = (await readdir(join(dataDir, 'tmp')))[0] ?? ''
    const [host] = own.split('-')
    const dead = join(dataDir, 'tmp', `${host}-${process.pid}-1-aaaaaaaa`)
    const gone = join(dataDir, 'tmp', `${host}-999999999-5-bbbbbbbb`)
    const foreign = join(dataDir, 'tmp', '00000000-1-5-cccccccc')
    const foreignOld = join(dataDir, 'tmp', '00000000-1-5-dddddddd')
    for (const directory of [dead, gone, foreign, foreignOld]) {
      await mkdir(directory)
      await writeFile(join(directory, 'x'), 'left over')
    }
    await utimes(foreignOld, 1, 1)
    await writeFile(
      join(dataDir, `.first-run.json.${host}-${process.pid}-1.0123456789abcdef.tmp`),
      'a secret',
    )
    await open(dataDir)
    const left = await filesIn(join(dataDir, 'tmp'))
    expect(left.filter((path) => path.endsWith('/x'))).toEqual(['00000000-1-5-cccccccc/x'])
    expect((await stat(mine)).isFile()).toBe(true)
    expect((await readdir(dataDir)).filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('durable files', () => {
  it('createFileOnce keeps the first content, replaceFile the last; both leave nothing beside', async () => {
    const { dataDir } = await open()
    const path = join(dataDir, 'facts.json')
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) => createFileOnce(path, `${index}`, 0o600)),
    )
    expect(made.filter(Boolean)).toHaveLength(1)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await replaceFile(path, 'new', 0o640)
    expect((await stat(path)).mode & 0o777).toBe(0o640)
    expect((await readdir(dataDir)).sort()).toEqual(['blobs', 'facts.json', 'tmp', 'uploads'])
  })
})

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()
}
