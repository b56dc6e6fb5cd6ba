/** The commands of `fovea` that speak to a server: a folder goes up, is listed, shown, signed and deleted. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFovea, startFovea } from './fovea-command.ts'
import { generateJpeg, generatePng, type RunningServer, startServer, temporaryDataDir } from './support.ts'

const folder = temporaryDataDir()
const path = (...parts: string[]) => join(folder, ...parts)

let server: RunningServer
let env: Readonly<Record<string, string>>

const fovea = (args: readonly string[], more: Readonly<Record<string, string>> = env) =>
  runFovea(folder, args, more)

const json = async (...args: string[]) => JSON.parse((await fovea([...args, '--json'])).stdout)

async function widthAt(url: string): Promise<number> {
  const response = await fetch(url)
  expect(response.status, url).toBe(200)
  return (await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width
}

beforeAll(async () => {
  server = await startServer()
  env = { FOVEA_API_URL: server.url, FOVEA_API_KEY: server.firstRun.apiKey }
  mkdirSync(path('in/deep'), { recursive: true })
  writeFileSync(path('in/a b.jpg'), await generateJpeg({ width: 300, height: 200 }))
  writeFileSync(path('in/deep/é.png'), await generatePng({ width: 120, height: 90 }))
  writeFileSync(path('in/notes.txt'), 'not a picture')
})
afterAll(() => server?.stop())

describe('fovea transform --server', () => {
  it('sends files through a pipeline on the server and stores nothing there', async () => {
    const before = (await json('ls')).length
    writeFileSync(path('turn.json'), JSON.stringify([{ op: 'rotate', angle: 90 }]))
    const args = ['in', '-o', 'made', '--pipeline', 'turn.json', '--width', '50', '--server']
    const { files, summary } = await json('transform', ...args)
    expect(summary).toMatchObject({ made: 2, failed: 0 })
    expect(files.map(({ target }: { target: string }) => target).sort()).toEqual([
      'made/a b.jpg',
      'made/deep/é.png',
    ])
    expect(await sharp(path('made/a b.jpg')).metadata()).toMatchObject({
      format: 'jpeg',
      width: 50,
      height: 75,
    })
    expect((await json('ls')).length).toBe(before)
  })

  it('names the file that the server refuses, and makes the others', async () => {
    writeFileSync(path('broken.jpg'), 'not a picture')
    const { code, stdout, stderr } = await fovea([
      ...['transform', 'broken.jpg', 'in/a b.jpg', '-o', 'again', '-f', 'webp', '--server'],
    ])
    expect(code).toBe(1)
    expect(stderr).toContain('✗ broken.jpg')
    expect(stderr).toContain('[source/unsupported]')
    expect(stdout).toContain('in/a b.jpg → again/a b.webp  300×200  ')
  })

  it('says what only the engine here can do, and which server is missing', async () => {
    const still = await fovea(['transform', 'in', '-o', 'x', '--server', '--no-animation'])
    expect([still.code, still.stderr]).toEqual([2, expect.stringContaining('--no-animation')])
    const nobody = await fovea(['transform', 'in', '-o', 'x', '--server'], {})
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('no API key')])
  })
})

describe('fovea describe, similar and duplicates', () => {
  it('tell what is known of an image, and which look like it', async () => {
    await fovea(['upload', 'in/a b.jpg', '--to', 'alike/'])
    const [{ id }] = await json('ls', 'alike/')
    expect(JSON.parse((await fovea(['describe', id, '--details', 'none'])).stdout)).toMatchObject({
      id,
      width: 300,
      height: 200,
    })
    expect(await json('similar', id, '--max-distance', '0')).toMatchObject({ images: [] })
    expect(await json('duplicates')).toEqual([])
    const far = await fovea(['similar', id, '--max-distance', '16'])
    expect([far.code, far.stderr]).toEqual([2, expect.stringContaining('from 0 to 15')])
    const faces = await fovea(['describe', id, '--see', 'faces'])
    expect([faces.code, faces.stderr]).toEqual([1, expect.stringContaining('fovea models prepare')])
  })
})

describe('fovea jobs', () => {
  it('runs a list through a pipeline, follows it, shows each picture and takes the results home', async () => {
    await fovea(['upload', 'in/a b.jpg', '--to', 'jobs/'])
    writeFileSync(path('small.json'), JSON.stringify([{ op: 'resize', width: 30 }]))
    const made = ['--pipeline', 'small.json', '--to', 'made/{name}', '--watch']
    const job = await json('jobs', 'create', '--prefix', 'jobs/', ...made)
    expect(job).toMatchObject({ state: 'completed', progress: { total: 1, done: 1 } })
    const { items } = await json('jobs', 'show', job.id)
    expect(items[0].results[0].image.path).toBe('made/a b.webp')
    expect((await fovea(['jobs', 'ls'])).stdout).toContain(job.id)
    expect((await fovea(['jobs', 'download', job.id, '-o', 'made.zip'])).code).toBe(0)
    expect(readFileSync(path('made.zip')).includes('made/a b.webp')).toBe(true)
    const again = await fovea(['jobs', 'download', job.id, '-o', 'made.zip'])
    expect([again.code, again.stderr]).toEqual([2, 'fovea: made.zip is there already: say --output\n'])
  })

  it('says which models would have done better', async () => {
    await fovea(['upload', 'in/a b.jpg', '--to', 'plain/'])
    writeFileSync(path('large.json'), JSON.stringify([{ op: 'upscale', factor: 2 }]))
    const made = ['--pipeline', 'large.json', '--to', 'large/{name}']
    const job = await fovea(['jobs', 'create', '--prefix', 'plain/', ...made, '--watch'])
    expect(job.stdout).toBe('completed  1/1 (without models: upscale)\n')
    const [{ id }] = await json('jobs', 'ls', '--limit', '1')
    expect((await fovea(['jobs', 'show', id])).stdout).toMatch(
      /plain\/a b\.jpg {2}large\/a b\.webp \(without models: upscale\)\n$/,
    )
  })

  it('ends with 1 for a job that failed, and with 2 for one that names no pictures', async () => {
    const failed = await fovea(['jobs', 'create', 'jobs/none.png', '--to', 'x/{name}', '--watch'])
    expect([failed.code, failed.stdout]).toEqual([1, 'failed  0/1, 1 failed\n'])
    const id = (await json('jobs', 'ls', '--state', 'failed'))[0].id
    expect((await fovea(['jobs', 'show', id])).stdout).toContain('failed  jobs/none.png')
    expect((await fovea(['jobs', 'retry', id])).code).toBe(0)
    for (const wrong of [
      ['--origin', 'shop'],
      ['--overwrite', '--to', 'x/{name}'],
      ['--origin', 'shop', '--private', '--to', 'x/{name}'],
    ])
      expect((await fovea(['jobs', 'create', 'a.png', ...wrong])).code).toBe(2)
    const without = await fovea(['jobs', 'create', '--to', 'x/{name}'])
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--prefix')])
  })
})

describe('fovea upload', () => {
  it('stores a folder, and the next time only what is new', async () => {
    const first = await json('upload', 'in', '--to', '/shop/')
    expect(first.summary).toMatchObject({ stored: 2, skipped: 0, failed: 0 })
    expect(first.files.map(({ key }: { key: string }) => key).sort()).toEqual([
      'shop/a b.jpg',
      'shop/deep/é.png',
    ])
    writeFileSync(path('in/new.jpg'), await generateJpeg({ width: 64, height: 48, seed: 5 }))
    const second = await json('upload', 'in', '--to', 'shop')
    expect(second.summary).toMatchObject({ stored: 1, skipped: 2, failed: 0 })
  })

  it('makes private what is there already, when that is asked', async () => {
    const again = await json('upload', 'in/new.jpg', '--to', 'shop', '--private')
    expect(again.files).toMatchObject([{ key: 'shop/new.jpg', state: 'hidden' }])
    expect(await json('ls', 'shop/new.jpg')).toMatchObject([{ visibility: 'private' }])
    expect((await json('upload', 'in/new.jpg', '--to', 'shop', '--private')).summary.skipped).toBe(1)
  })

  it('goes on after a file that is no picture, and says which', async () => {
    writeFileSync(path('in/broken.jpg'), 'not a picture either')
    const { code, stdout, stderr } = await fovea(['upload', 'in', '--to', 'shop'])
    expect(code).toBe(1)
    expect(stderr).toContain('✗ in/broken.jpg')
    expect(stdout).toContain('0 stored, 3 there already, 1 failed')
  })

  it('knows a file again that has no extension', async () => {
    writeFileSync(path('bare'), await generateJpeg({ width: 40, height: 30, seed: 6 }))
    expect((await json('upload', 'bare')).files).toMatchObject([{ key: 'bare.jpg', state: 'stored' }])
    expect((await json('upload', 'bare')).files).toMatchObject([{ key: 'bare.jpg', state: 'skipped' }])
  })

  it('ends in order on Ctrl-C, and tells what was done', async () => {
    const slow = createServer(async (request, response) => {
      if (request.method === 'GET') response.end(JSON.stringify({ images: [], next_cursor: null }))
      else if (request.url?.includes('first')) {
        for await (const _ of request);
        response.writeHead(201).end(JSON.stringify({ id: '0123456789abcdef', path: 'first.jpg' }))
      } else child.kill('SIGINT')
    })
    await once(slow.listen(0, '127.0.0.1'), 'listening')
    const names = ['first.jpg', 'second.jpg', 'third.jpg']
    for (const name of names) writeFileSync(path(name), await generateJpeg({ width: 40, height: 30 }))
    const { port } = slow.address() as AddressInfo
    const at = { FOVEA_API_URL: `http://127.0.0.1:${port}`, FOVEA_API_KEY: 'fov_x' }
    const { child, ended } = startFovea(folder, ['upload', ...names, '--concurrency', '1', '--json'], at)
    const { code, stdout } = await ended
    slow.closeAllConnections()
    slow.close()
    expect([code, JSON.parse(stdout).summary]).toMatchObject([130, { stored: 1, failed: 0 }])
  })
})

describe('fovea ls, url, sign, links and rm', () => {
  it('list keys below a prefix', async () => {
    const { stdout } = await fovea(['ls', 'shop/'])
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/ {2,}/).at(-1)),
    ).toEqual(['shop/a b.jpg', 'shop/deep/é.png', 'shop/new.jpg'])
  })

  it('print addresses that work', async () => {
    const { stdout } = await fovea(['url', 'shop/a b.jpg', '--width', '50', '--format', 'webp'])
    expect(await widthAt(stdout.trim())).toBe(50)
    const signed = await json('url', 'shop/a b.jpg', '--width', '51', '--sign', '--expires', '600')
    expect(signed.url).toMatch(/exp=\d+&kid=[^&]+&sig=/)
    expect(await widthAt(signed.url)).toBe(51)
    const refused = await fovea(['sign', 'shop/a b.jpg', '--op', 'blurr:sigma=2'])
    const why = '"edits.0" has no member "blurr"; did you mean "blur"?'
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([2, '', `fovea: ${why}\n`])
    const pipeline = await json('sign', 'shop/a b.jpg', '--op', 'rotate:angle=90', '--op', 'resize:width=40')
    expect(await widthAt(pipeline.url)).toBe(40)
  })

  it('make links to a private picture, and take them back', async () => {
    const { url, id } = await json('links', 'create', 'shop/new.jpg', '--days', '2', '--note', 'for Ada')
    expect(await widthAt(url)).toBe(64)
    expect((await fovea(['links', 'list', 'shop/new.jpg'])).stdout).toMatch(/active +used \d .*for Ada/)
    expect((await fovea(['links', 'revoke', id])).stdout).toBe(`revoked ${id}\n`)
    expect((await fetch(url)).ok).toBe(false)
    expect(await json('links', 'list')).toEqual([])
    expect((await fovea(['links', 'create', 'shop/ne'])).code).toBe(2)
  })

  it('delete by key', async () => {
    const { code, stdout, stderr } = await fovea(['rm', 'shop/new.jpg', 'shop/none.jpg'])
    expect([code, stdout.trim()]).toEqual([1, 'deleted shop/new.jpg'])
    expect(stderr).toContain('✗ shop/none.jpg')
    expect(await json('ls', 'shop/new')).toEqual([])
  })
})

describe('looking after a project', () => {
  it('makes, lists and revokes keys', async () => {
    const { key, id } = await json('keys', 'create', 'reader', '--scopes', 'read', '--days', '7')
    expect(key).toMatch(/^fov_/)
    expect((await fovea(['keys', 'list'])).stdout).toContain(id)
    const refused = await fovea(['rm', 'shop/a b.jpg', '--key', key])
    expect([refused.code, refused.stderr.includes('scope "write"')]).toEqual([1, true])
    expect((await fovea(['keys', 'revoke', id])).stdout).toContain('revoked')
    const gone = await fovea(['usage', '--key', key])
    expect([gone.code, gone.stderr.startsWith('fovea: ')]).toEqual([1, true])
  })

  it('sets presets, shows usage and purges', async () => {
    expect((await fovea(['presets', 'set', 'card', 'w=33', 'fit=cover'])).stdout.trim()).toBe('made card')
    expect((await fovea(['presets', 'set', 'card', 'w=34'])).stdout.trim()).toBe('changed card')
    const { stdout } = await fovea(['url', 'shop/a b.jpg', '--preset', 'card'])
    expect(await widthAt(stdout.trim())).toBe(34)
    expect((await fovea(['presets', 'rm', 'card'])).stdout.trim()).toBe('deleted card')
    expect(await json('presets', 'list')).toEqual([])
    expect((await fovea(['usage'])).stdout).toMatch(/^plan +unlimited\n/)
    expect((await fovea(['purge'])).stdout.trim()).toBe('purged')
  })
})

describe('who is asked, and with which key', () => {
  it('is kept by login, for the owner alone', async () => {
    const { code, stdout } = await fovea(['login', '--profile', 'work'])
    expect([code, stdout.includes('Kept as "work"')]).toEqual([0, true])
    const file = path('.config/fovea/profiles.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8')).work.url).toBe(server.url)
    expect((await fovea(['usage', '--profile', 'work'], {})).code).toBe(0)
    const { code: none, stderr } = await fovea(['usage', '--profile', 'other'], {})
    expect([none, stderr]).toEqual([
      2,
      'fovea: there is no profile "other": fovea login --profile other makes it\n',
    ])
  })

  it('is the profile that a flag names, whatever the environment says', async () => {
    const another = { FOVEA_API_URL: 'http://127.0.0.1:9', FOVEA_API_KEY: 'fov_of_another' }
    expect((await fovea(['usage', '--profile', 'work'], another)).code).toBe(0)
    expect((await fovea(['usage'], { ...another, FOVEA_PROFILE: 'work' })).code).toBe(1)
  })

  it('is never another server with the key that was kept for this one', async () => {
    for (const [args, more] of [
      [['--profile', 'work', '--url', 'http://127.0.0.1:9'], {}],
      [[], { FOVEA_PROFILE: 'work', FOVEA_API_URL: 'http://127.0.0.1:9' }],
    ] as const) {
      const { code, stderr } = await fovea(['usage', ...args], more)
      const why = `the key of profile "work" is for ${server.url}, not for http://127.0.0.1:9: say --key`
      expect([code, stderr]).toEqual([2, `fovea: ${why}\n`])
    }
    expect((await fovea(['usage', '--profile', 'work', '--url', `${server.url}/`], {})).code).toBe(0)
  })

  it('is what is kept, where a variable is empty', async () => {
    const empty = { FOVEA_API_URL: '', FOVEA_API_KEY: '', FOVEA_PROFILE: '', XDG_CONFIG_HOME: '' }
    expect((await fovea(['usage', '--profile', 'work'], { XDG_CONFIG_HOME: '' })).code).toBe(0)
    expect((await fovea(['usage'], { ...empty, FOVEA_PROFILE: 'work' })).code).toBe(0)
    const { code, stderr } = await fovea(['usage'], empty)
    expect([code, stderr.startsWith('fovea: no API key')]).toEqual([2, true])
  })

  it('may be a profile that login has yet to make', async () => {
    const { code, stdout } = await fovea(['login'], { ...env, FOVEA_PROFILE: 'fresh' })
    expect([code, stdout.includes('Kept as "fresh"')]).toEqual([0, true])
  })

  it('is the server of this folder when nothing is said', async () => {
    const here = { FOVEA_DATA_DIR: server.dataDir }
    expect((await fovea(['usage'], here)).code).toBe(0)
    const { code, stderr } = await fovea(['usage'], {})
    expect([code, stderr.startsWith('fovea: no API key')]).toEqual([2, true])
  })

  it('is told why it could not be reached', async () => {
    const { code, stderr } = await fovea(['ls'], { ...env, FOVEA_API_URL: 'http://127.0.0.1:4' })
    const why = 'connect ECONNREFUSED 127.0.0.1:4'
    expect([code, stderr]).toEqual([1, `fovea: The server could not be reached: ${why}\n`])
  })

  it('keeps no key that the server refuses', async () => {
    const { code } = await fovea(['login', '--profile', 'bad', '--key', 'fov_wrong'])
    expect(code).toBe(1)
    expect(readFileSync(path('.config/fovea/profiles.json'), 'utf8')).not.toContain('bad')
  })
})

describe('fovea completion', () => {
  it('completes commands and flags in bash', async () => {
    const { stdout } = await fovea(['completion', 'bash'])
    const ask = (words: readonly string[]) =>
      new Promise<readonly string[]>((resolve) => {
        const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length - 1}\n_fovea\nprintf '%s\\n' "\${COMPREPLY[@]}"`
        const child = spawn('bash', ['-c', script], { cwd: folder })
        let text = ''
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        child.once('close', () => resolve(text.trim().split('\n')))
      })
    expect(await ask(['fovea', 'up'])).toEqual(['upload'])
    expect(await ask(['fovea', 'keys', 'cr'])).toEqual(['create'])
    expect(await ask(['fovea', 'upload', '--conc'])).toEqual(['--concurrency'])
    expect(await ask(['fovea', '--json', 'keys', 'create', '--sc'])).toEqual(['--scopes'])
  })

  it.each(['zsh', 'fish'])('prints a script for %s that names every command', async (shell) => {
    const { code, stdout } = await fovea(['completion', shell])
    expect(code).toBe(0)
    for (const word of ['upload', 'presets', 'revoke', 'concurrency']) expect(stdout).toContain(word)
  })
})
