import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LogFields } from '../observe/index.ts'
import { forgetAddress } from './forget-address.ts'
import type { Mail } from './mail.ts'
import { type MailServerOptions, startMailServer } from './mail-server.test-harness.ts'
import { Mailer, type MailerOptions } from './mailer.ts'

const from = 'Fovea <no-reply@images.test>'
const mail: Mail = { to: 'Anna@example.test', subject: 'Hello', text: 'Good day', html: '<p>Good day</p>' }

function outboxOf() {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-mail-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'outbox')
}

function start(options: Pick<MailerOptions, 'smtpUrl' | 'outbox'> & Partial<MailerOptions>) {
  const logged: LogFields[] = []
  const write = (fields: LogFields) => void logged.push(fields)
  const log = { error: write, warn: write, info: write, debug: write }
  const mailer = new Mailer({ from, log, pausesMs: [1, 1], ...options })
  const events = () => logged.map(({ event }) => event)
  return { mailer, logged, events }
}

async function serverFor(options: MailServerOptions = {}) {
  const server = await startMailServer(options)
  onTestFinished(() => server.close())
  return server
}

/** Complete ones. */
const namesIn = async (folder: string) =>
  (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.'))
const unsentIn = async (outbox: string) => (await namesIn(join(outbox, 'unsent'))).sort()
const lettersIn = async (outbox: string) => (await namesIn(outbox)).filter((name) => name.endsWith('.eml'))

describe('a letter', () => {
  it('arrives, and leaves nothing behind', async () => {
    const [server, outbox] = [await serverFor(), outboxOf()]
    const { mailer, events } = start({ smtpUrl: server.url, outbox })
    mailer.send(mail)
    await mailer.settled()
    expect(server.received).toMatchObject([{ subject: 'Hello', to: [{ address: 'Anna@example.test' }] }])
    expect([events(), await unsentIn(outbox), await lettersIn(outbox)]).toEqual([['mail.sent'], [], []])
  })

  it('is tried again where the server does not know the sender yet', async () => {
    const server = await serverFor({ refuse: (nth) => (nth < 2 ? 450 : undefined) })
    const outbox = outboxOf()
    const { mailer, events } = start({ smtpUrl: server.url, outbox })
    mailer.send(mail)
    await mailer.settled()
    expect([events(), server.received.length]).toEqual([['mail.waits', 'mail.waits', 'mail.sent'], 1])
    expect(await unsentIn(outbox)).toEqual([])
  })

  it('that is refused for good goes into the outbox at once', async () => {
    const [server, outbox] = [await serverFor({ refuse: () => 550 }), outboxOf()]
    const { mailer, events } = start({ smtpUrl: server.url, outbox })
    mailer.send(mail)
    await mailer.settled()
    expect([events(), await unsentIn(outbox)]).toEqual([['mail.not_sent'], []])
    const [name = ''] = await lettersIn(outbox)
    expect(await readFile(join(outbox, name), 'utf8')).toContain('Good day')
  })

  it('that was tried often enough goes into the outbox', async () => {
    const [server, outbox] = [await serverFor({ refuse: () => 451 }), outboxOf()]
    const { mailer, events } = start({ smtpUrl: server.url, outbox })
    mailer.send(mail)
    await mailer.settled()
    expect(events()).toEqual(['mail.waits', 'mail.waits', 'mail.not_sent'])
    expect([(await lettersIn(outbox)).length, await unsentIn(outbox)]).toEqual([1, []])
  })

  it('is one of four on their way at most', async () => {
    const [server, outbox] = [await serverFor(), outboxOf()]
    const { mailer } = start({ smtpUrl: server.url, outbox })
    for (let nth = 0; nth < 24; nth++) mailer.send(mail)
    await mailer.settled()
    expect(server.received).toHaveLength(24)
    expect(server.mostAtOnce).toBeLessThanOrEqual(4)
  })
})

describe('a letter that waits', () => {
  it('is a file that only the server’s user reads', async () => {
    const outbox = outboxOf()
    const { mailer } = start({ smtpUrl: 'smtp://127.0.0.1:1', outbox, pausesMs: [60_000] })
    mailer.send(mail)
    await expect.poll(() => unsentIn(outbox)).toHaveLength(1)
    const folder = join(outbox, 'unsent')
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const name of await unsentIn(outbox))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    await mailer.close()
  })

  it('is sent by the next process when its own was killed', async () => {
    const outbox = outboxOf()
    const server = await startMailServer()
    await server.close()
    const killed = spawn(process.execPath, ['--input-type=module', '-e', sendingFor(outbox, server.url)])
    await expect.poll(() => unsentIn(outbox)).toHaveLength(1)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const again = await serverFor({ port: server.port })
    const { mailer, events } = start({ smtpUrl: again.url, outbox })
    mailer.resume()
    await mailer.settled()
    expect(again.received).toMatchObject([{ subject: 'Hello' }])
    expect([events(), await unsentIn(outbox)]).toEqual([['mail.sent'], []])
    await mailer.close()
  })

  it('is left to the next start by one that stops, and to its owner while that lives', async () => {
    const outbox = outboxOf()
    const { mailer, events } = start({ smtpUrl: 'smtp://127.0.0.1:1', outbox, pausesMs: [60_000] })
    mailer.send(mail)
    await expect.poll(events).toEqual(['mail.waits'])
    await mailer.close()
    expect([(await unsentIn(outbox)).length, await lettersIn(outbox)]).toEqual([1, []])
    const server = await serverFor()
    const neighbour = start({ smtpUrl: server.url, outbox })
    neighbour.mailer.resume()
    await neighbour.mailer.close()
    expect(server.received).toEqual([])
  })

  it('goes into the outbox where the next start has no mail server', async () => {
    const outbox = outboxOf()
    const killed = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      sendingFor(outbox, 'smtp://127.0.0.1:1'),
    ])
    await expect.poll(() => unsentIn(outbox)).toHaveLength(1)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const { mailer, events } = start({ smtpUrl: undefined, outbox })
    mailer.resume()
    await mailer.settled()
    expect([events(), (await lettersIn(outbox)).length, await unsentIn(outbox)]).toEqual([
      ['mail.outbox'],
      1,
      [],
    ])
    await mailer.close()
  })

  it('is taken back when its address is to be forgotten', async () => {
    const outbox = outboxOf()
    const { mailer, events } = start({ smtpUrl: 'smtp://127.0.0.1:1', outbox, pausesMs: [1_500] })
    mailer.send(mail)
    await expect.poll(events).toEqual(['mail.waits'])
    expect(await forgetAddress(outbox, 'bob@example.test')).toBe(0)
    expect(await forgetAddress(outbox, 'anna@example.test')).toBe(1)
    await mailer.settled()
    expect([events(), await lettersIn(outbox)]).toEqual([['mail.waits'], []])
  })
})

/** A program that sends one letter and would try for an hour. */
function sendingFor(outbox: string, smtpUrl: string): string {
  const options = JSON.stringify({ smtpUrl, from, outbox })
  return `
    import { Mailer } from ${JSON.stringify(new URL('./mailer.ts', import.meta.url).href)}
    const silent = () => {}
    const log = { error: silent, warn: silent, info: silent, debug: silent }
    new Mailer({ ...${options}, log }).send(${JSON.stringify(mail)})
    setInterval(silent, 1_000)
  `
}
