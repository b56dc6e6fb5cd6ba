/** `fovea projects` as its users go about it: sign in once, make a project, use it, close it and open it again. */
import { createHmac } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFovea } from './fovea-command.ts'
import { type RunningServer, startServer, temporaryDataDir } from './support.ts'

const folder = temporaryDataDir()
let server: RunningServer
let login: readonly string[]
let secret: Readonly<Record<string, string>>

beforeAll(async () => {
  server = await startServer()
  login = ['login', '--url', server.url, '--email', server.firstRun.email]
  secret = { FOVEA_PASSWORD: server.firstRun.password }
})
afterAll(() => server?.stop())

const fovea = (...args: string[]) => runFovea(folder, args, {})

describe('fovea projects', () => {
  it('needs somebody who has signed in', async () => {
    const { code, stderr } = await fovea('projects', 'list')
    expect([code, stderr.startsWith('fovea: nobody has signed in')]).toEqual([2, true])
    const wrong = await runFovea(folder, login, { FOVEA_PASSWORD: 'not the password' })
    expect([wrong.code, wrong.stderr.startsWith('fovea: ')]).toEqual([1, true])
  })

  it('keeps the session for its owner alone, and no password', async () => {
    const { code, stdout, stderr } = await runFovea(folder, login, secret)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`signed in as ${server.firstRun.email}`)
    const file = join(folder, '.config/fovea/profiles.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain(server.firstRun.password)
  })

  it('are made, used, closed and opened again', async () => {
    const made = await fovea('projects', 'create', 'shop', '--name', 'The shop', '--keep')
    expect([made.code, made.stdout.trim()]).toEqual([0, 'made shop, its key kept: fovea ls --profile shop'])
    expect(await fovea('ls', '--profile', 'shop')).toMatchObject({ code: 0, stdout: '' })
    const { stdout } = await fovea('projects', 'list')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/)[0])).toContain('shop')
    const shown = JSON.parse((await fovea('projects', 'show', 'shop', '--json')).stdout)
    expect(shown).toMatchObject({ slug: 'shop', name: 'The shop' })

    expect((await fovea('projects', 'close', 'shop')).code).toBe(2)
    expect((await fovea('projects', 'close', 'shop', '--yes')).stdout).toMatch(/^closed shop: deleted at \d/)
    expect((await fovea('ls', '--profile', 'shop')).code).toBe(1)
    expect((await fovea('projects', 'restore', 'shop')).stdout).toBe('restored shop\n')
    expect((await fovea('ls', '--profile', 'shop')).code).toBe(0)
  })

  it('ask for the code of a second factor', async () => {
    const key = await turnOnSecondFactor()
    const wrong = await runFovea(folder, login, secret, '000000\n')
    expect(wrong.code).toBe(1)
    const right = await runFovea(folder, login, secret, `${codeOf(key, 1)}\n`)
    expect([right.code, right.stderr]).toEqual([0, ''])
    expect((await fovea('projects', 'list')).code).toBe(0)
  })

  it('ends the session with logout', async () => {
    const file = join(folder, '.config/fovea/profiles.json')
    const { session } = JSON.parse(readFileSync(file, 'utf8')).default
    expect((await fovea('logout')).stdout).toBe('forgot "default"\n')
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toEqual(['shop'])
    const headers = { cookie: `fovea_session=${session}` }
    expect((await fetch(`${server.url}/api/v1/projects`, { headers })).status).toBe(401)
  })
})

/** @returns the key that codes are made of */
async function turnOnSecondFactor(): Promise<Buffer> {
  const { email, password } = server.firstRun
  let cookie = ''
  const auth = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json', origin: server.url, cookie }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`${server.url}/api/auth${path}`, init)
    expect(response.status).toBe(200)
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return response.json()
  }
  await auth('/sign-in/email', { email, password })
  const { totpURI } = await auth('/two-factor/enable', { password })
  const key = fromBase32(new URL(totpURI).searchParams.get('secret') ?? '')
  await auth('/two-factor/verify-totp', { code: codeOf(key) })
  return key
}

/** RFC 6238 with 30 s, SHA-1 and six digits; `ahead` = how many codes after the one of now, as each is good once. */
function codeOf(key: Buffer, ahead = 0): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac('sha1', key).update(counter).digest()
  const start = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
