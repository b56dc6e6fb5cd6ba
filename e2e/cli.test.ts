import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { cliMain, runFovea } from './fovea-command.ts'
import { generateJpeg, generatePng, temporaryDataDir } from './support.ts'

const folder = temporaryDataDir()

const fovea = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runFovea(folder, args, env)

const path = (...parts: string[]) => join(folder, ...parts)

async function listening() {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  return { other, port: (other.address() as AddressInfo).port }
}

async function freePort(): Promise<number> {
  const { other, port } = await listening()
  other.close()
  return port
}

beforeAll(async () => {
  mkdirSync(path('in/deep'), { recursive: true })
  writeFileSync(path('in/photo.jpg'), await generateJpeg({ width: 1200, height: 800 }))
  writeFileSync(path('in/photo.png'), await generatePng({ width: 300, height: 200, alpha: true }))
  writeFileSync(path('in/deep/other.jpg'), await generateJpeg({ width: 640, height: 480, seed: 2 }))
})

describe('fovea', () => {
  it('explains itself and its commands', async () => {
    const { code, stdout } = await fovea(['--help'])
    expect(code).toBe(0)
    for (const word of ['serve', 'doctor', 'transform', 'Examples:']) expect(stdout).toContain(word)
  })

  it('names the command that was probably meant', async () => {
    const { code, stderr } = await fovea(['transfrom'])
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean transform?')
  })
})

describe('fovea serve', () => {
  it('starts the server with its flags, hands on SIGTERM and ends with its code', async () => {
    const child = spawn(
      process.execPath,
      [cliMain, 'serve', '--port', '0', '--data-dir', 'served', '--log-level', 'info'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { PATH: process.env.PATH ?? '', HOME: folder, FOVEA_PORT: '1' },
      },
    )
    let stdout = ''
    const listening = new Promise<number>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        stdout += chunk
        const line = stdout.split('\n').find((text) => text.includes('"server.listening"'))
        if (line !== undefined && stdout.endsWith('\n')) resolve((JSON.parse(line) as { port: number }).port)
      })
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const port = await listening
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(stdout).toContain('"server.stopped"')
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
    expect(readdirSync(path('served'))).toContain('first-run.json')
  })

  it('ends with the code of a server that refuses a setting', async () => {
    const { code, stderr } = await fovea(['serve', '--port', 'eighty'])
    expect(code).toBe(78)
    expect(stderr).toContain('FOVEA_PORT')
  })

  it('serves on when nothing takes its log', async () => {
    const port = await freePort()
    const log = openSync('/dev/full', 'w')
    const child = spawn(
      process.execPath,
      [cliMain, 'serve', '--port', String(port), '--host', '127.0.0.1', '--data-dir', 'unheard'],
      { cwd: folder, stdio: ['ignore', log, 'inherit'] },
    )
    const ended = once(child, 'close')
    const isReady = () =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    await expect.poll(isReady, { timeout: 30_000, interval: 100 }).toBe(true)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    closeSync(log)
  })

  it('says that the port is taken, or that the address is none of ours', async () => {
    const { other, port } = await listening()
    const place = ['--host', '127.0.0.1', '--data-dir', 'served']
    const taken = await fovea(['serve', '--port', String(port), ...place])
    other.close()
    expect([taken.code, taken.stderr]).toEqual([
      78,
      `Port ${port} of 127.0.0.1 is taken by another program: stop it, or choose another port with FOVEA_PORT.\n`,
    ])
    const foreign = await fovea(['serve', '--port', '0', '--host', '192.0.2.1', '--data-dir', 'served'])
    expect([foreign.code, foreign.stderr]).toEqual([
      78,
      'FOVEA_HOST: 192.0.2.1 is no address of this machine.\n',
    ])
  })

  it('ends when the database was made with another master key', async () => {
    const stranger = { FOVEA_SECRET_KEY: 'not-the-key-this-data-directory-was-made-with' }
    const { code, stderr } = await fovea(['serve', '--port', '0', '--data-dir', 'served'], stranger)
    expect(stderr).toContain('The master key is not the one')
    expect(code).toBe(78)
  })
})

describe('fovea worker', () => {
  it('listens nowhere and stays until it is told to end', async () => {
    const child = spawn(process.execPath, [cliMain, 'worker', '--data-dir', 'served'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...{ PATH: process.env.PATH ?? '', HOME: folder },
        FOVEA_SECRET_KEY: readFileSync(path('served/secret.key'), 'utf8').trim(),
      },
    })
    let stdout = ''
    const ready = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        stdout += chunk
        if (stdout.includes('"workers.ready"')) resolve()
      })
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    await Promise.race([ready, ended])
    expect(child.exitCode).toBeNull()
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(stdout).not.toContain('"server.listening"')
    expect(stdout).toContain('"server.stopped"')
  })
})

describe('fovea transform', () => {
  it('resizes one file into the format its name asks for', async () => {
    const { code, stdout } = await fovea([
      'transform',
      'in/photo.jpg',
      '-o',
      'one/small.webp',
      '--width',
      '300',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/in\/photo\.jpg → one\/small\.webp {2}1200×800 → 300×200 /)
    expect(await sharp(path('one/small.webp')).metadata()).toMatchObject({
      format: 'webp',
      width: 300,
      height: 200,
    })
  })

  it('runs operations in the order they are given', async () => {
    const args = [
      'in/photo.jpg',
      '-o',
      'order/a.png',
      '--op',
      'crop:left=0,top=0,width=400,height=400',
      '--op',
      'rotate:angle=90',
    ]
    expect((await fovea(['transform', ...args, '--op', '{"op":"resize","width":100}'])).code).toBe(0)
    const { data, info } = await sharp(path('order/a.png')).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 100, height: 100 })
    // red grows to the right and green downwards in the source: after a quarter turn, red grows downwards
    const red = (x: number, y: number) => data[(y * info.width + x) * info.channels] ?? 0
    expect(red(50, 95) - red(50, 4)).toBeGreaterThan(40)
  })

  it('lays local pictures over others', async () => {
    const red = { r: 250, g: 0, b: 0 }
    const logo = await sharp({ create: { width: 10, height: 10, channels: 3, background: red } })
      .png()
      .toBuffer()
    writeFileSync(path('logo.png'), logo)
    const op = 'overlay:picture=logo.png,width=50%,height=100%,fit=fill,position=right'
    expect((await fovea(['transform', 'in/photo.jpg', '-o', 'marked/a.png', '--op', op])).code).toBe(0)
    const { data, info } = await sharp(path('marked/a.png')).raw().toBuffer({ resolveWithObject: true })
    const at = (x: number) => [...data.subarray((400 * info.width + x) * 3, (400 * info.width + x) * 3 + 3)]
    expect(at(600)).toEqual([250, 0, 0])
    expect(at(599)).not.toEqual([250, 0, 0])
    const missing = await fovea([
      'transform',
      'in/photo.jpg',
      '-o',
      'marked/b.png',
      '--op',
      'overlay:picture=no.png',
    ])
    expect(missing.stderr).toContain('the picture no.png cannot be used')
    expect(missing.code).toBe(2)
  })

  it('walks a folder, keeps its structure and gives two sources of one name two files', async () => {
    const { code, stdout } = await fovea([
      'transform',
      'in/',
      '-o',
      'out/',
      '-f',
      'avif',
      '-W',
      '120',
      '--json',
    ])
    expect(code).toBe(0)
    const { files, summary } = JSON.parse(stdout) as {
      files: { target: string; width: number; bytes: number }[]
      summary: { made: number; failed: number; bytes: number }
    }
    expect(summary).toMatchObject({ made: 3, failed: 0 })
    expect(summary.bytes).toBe(files.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(readdirSync(path('out'), { recursive: true }).sort()).toEqual([
      'deep',
      'deep/other.avif',
      'photo.avif',
      'photo.png.avif',
    ])
    for (const { target } of files) expect((await sharp(path(target)).metadata()).width).toBe(120)
  })

  it('reports what fails by name, makes the others, and exits with 1', async () => {
    mkdirSync(path('mixed'), { recursive: true })
    writeFileSync(path('mixed/broken.jpg'), readFileSync(path('in/photo.jpg')).subarray(0, 300))
    writeFileSync(path('mixed/good.png'), readFileSync(path('in/photo.png')))
    writeFileSync(path('mixed/text.png'), 'this is no picture')
    const { code, stdout, stderr } = await fovea(['transform', 'mixed', '-o', 'half'])
    expect(code).toBe(1)
    expect(stdout).toContain('mixed/good.png → half/good.png')
    expect(stdout).toContain('1 made, 2 failed')
    expect(stderr).toMatch(/✗ mixed\/broken\.jpg: .* \[source\//)
    expect(stderr).toMatch(/✗ mixed\/text\.png: .* \[source\/unsupported\]/)
    expect(readdirSync(path('half'))).toEqual(['good.png'])
  })

  it('never overwrites a source', async () => {
    const before = readFileSync(path('in/photo.png'))
    const { code, stderr } = await fovea(['transform', 'in/photo.png', '-o', 'in/', '-W', '10'])
    expect(code).toBe(1)
    expect(stderr).toContain('is a source')
    expect(readFileSync(path('in/photo.png')).equals(before)).toBe(true)
  })

  it.each([
    [['in/photo.jpg'], "required option '-o, --out <path>'"],
    [['nothing.jpg', '-o', 'x/'], 'nothing.jpg: no such file'],
    [['in/photo.jpg', '-o', 'x/', '--width', 'wide'], '--width must be a whole number'],
    [['in/photo.jpg', '-o', 'x/', '--op', 'blurr:sigma=3'], 'did you mean "blur"?'],
    [['in', '-o', 'x.webp'], 'name a folder'],
    [['in/photo.jpg', '-o', 'x/', '-f', 'bmp'], 'bmp'],
  ])('refuses %j with exit code 2', async (args, sentence) => {
    const { code, stdout, stderr } = await fovea(['transform', ...args])
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
    expect(stdout).toBe('')
  })
})

describe('fovea doctor', () => {
  it('proves every codec, hides secrets and changes nothing', async () => {
    const dataDir = path('not-there-yet')
    const secret = 'a-secret-that-nobody-may-ever-see-printed'
    const { code, stdout } = await fovea(['doctor', '--json', '--data-dir', dataDir], {
      FOVEA_SECRET_KEY: secret,
    })
    expect(code).toBe(0)
    const { ok, checks } = JSON.parse(stdout) as {
      ok: boolean
      checks: { name: string; state: string; detail: string }[]
    }
    expect(ok).toBe(true)
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff']) {
      expect(checks.find(({ name }) => name === format)?.detail).toMatch(/^written in .* read in /)
    }
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['node', 'sandbox', 'svg', 'database', 'disk', 'cache']),
    )
    expect(stdout).not.toContain(secret)
    expect(readdirSync(folder)).not.toContain('not-there-yet')
  })

  it('exits with 1 when something is broken, and says what', async () => {
    writeFileSync(path('meta.db'), 'this is no database, but it is there')
    const { code, stdout } = await fovea(['doctor', '--database-url', `sqlite:${path('meta.db')}`])
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ database .*not a database/)
  })

  it('exits with 1 on a wrong setting and names it', async () => {
    const { code, stderr } = await fovea(['doctor'], { FOVEA_PORT: 'eighty' })
    expect(code).toBe(1)
    expect(stderr).toContain('FOVEA_PORT')
  })
})

describe('fovea facts', () => {
  it('tells what pictures are like, and which it could not read', async () => {
    writeFileSync(
      path('red.png'),
      await sharp({ create: { width: 60, height: 40, channels: 3, background: '#d02030' } })
        .png()
        .toBuffer(),
    )
    const { code, stdout } = await fovea(['facts', path('red.png'), path('absent.jpg')])
    const [red, absent] = JSON.parse(stdout)
    expect(red).toMatchObject({ file: path('red.png'), width: 60, dominantColor: '#d02030', details: {} })
    expect(absent.error.code).toBe('ENOENT')
    expect(code).toBe(1)
  })
})
