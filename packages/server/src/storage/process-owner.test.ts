import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { isOwnerAlive, ownerName } from './process-owner.ts'

describe('the owner of a temporary file', () => {
  let stop = () => {}
  afterEach(() => stop())

  it('is alive while its process is', async () => {
    const name = await ownerName()
    expect(await isOwnerAlive(name)).toBe(true)
    expect(await isOwnerAlive(name.replace(/\d+$/, '1'))).toBe(false)
    expect(await isOwnerAlive(`00000000-${process.pid}-1`)).toBeUndefined()
  })

  it.skipIf(process.platform !== 'linux')('is dead before its parent has looked', async () => {
    // `sleep` asks after no children, and the child ends after bash has become one.
    const parent = spawn('bash', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'])
    stop = () => parent.kill('SIGKILL')
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer]
    const stat = () => readFile(`/proc/${String(pid).trim()}/stat`, 'utf8')
    await expect.poll(stat).toContain(') Z ')
    const started = (await stat()).split(' ')[21]
    const [host] = (await ownerName()).split('-')
    expect(await isOwnerAlive(`${host}-${String(pid).trim()}-${started}`)).toBe(false)
  })
})
