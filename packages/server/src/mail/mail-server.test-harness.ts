/** A real mail server on a port of this machine that answers as it is told. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export interface MailServer {
  readonly url: string
  readonly port: number
  readonly received: readonly Email[]
  /** Most connections at a time so far. */
  readonly mostAtOnce: number
  close(): Promise<void>
}

export interface MailServerOptions {
  readonly port?: number
  /** What is answered to a recipient in place of 250: the code of the n-th try, counted from 0. */
  readonly refuse?: (nth: number) => number | undefined
}

export async function startMailServer({ port = 0, refuse }: MailServerOptions = {}): Promise<MailServer> {
  const received: Email[] = []
  let tries = 0
  let atOnce = 0
  let mostAtOnce = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onConnect(_session, done) {
      atOnce++
      mostAtOnce = Math.max(mostAtOnce, atOnce)
      done()
    },
    onClose: () => void atOnce--,
    onRcptTo(_address, _session, done) {
      const responseCode = refuse?.(tries++)
      if (responseCode === undefined) done()
      else done(Object.assign(new Error('not this one'), { responseCode }))
    },
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((letter) => {
          received.push(letter)
          done()
        })
      })
    },
  })
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    get mostAtOnce() {
      return mostAtOnce
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
