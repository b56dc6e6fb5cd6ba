import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const main = fileURLToPath(new URL('main.js', import.meta.url))
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fovea-cli-home-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function versionFrom(folder: string, flags: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, main, '--version'], {
    env: { PATH: process.env.PATH, HOME: folder },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const printed = { status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' }

it('keeps its compiled code at home', () => {
  expect(versionFrom(home)).toEqual(printed)
  expect(readdirSync(join(home, '.cache/fovea/compile-cache'))).not.toEqual([])
})

it('loads no TypeScript compiler once its compiled code is kept', () => {
  const tell =
    "process.on('exit', () => console.error(process.moduleLoadList.filter((name) => name.includes('amaro')).length))"
  const telling = ['--import', `data:text/javascript,${tell}`]
  versionFrom(home)
  expect(versionFrom(home, telling)).toEqual({ ...printed, stderr: '0\n' })
})

it('ends without a word when nobody reads on', async () => {
  const child = spawn(process.execPath, [main, 'completion', 'bash'], { env: { HOME: home } })
  child.stdout.destroy()
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  expect([code, said]).toEqual([141, ''])
})

it('needs no home', () => {
  expect(versionFrom('/dev/null')).toEqual(printed)
})
