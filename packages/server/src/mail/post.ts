/** nodemailer, loaded with the first letter: composes it, and hands it to an SMTP server where there is one. */
import { createTransport } from 'nodemailer'
import type { Mail } from './mail.ts'

/** A mail server that says nothing for so long is not there, ms. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** Sends over the server of `smtp://user:password@host:port` or `smtps://…`. */
export function smtpPost(url: string, from: string): (mail: Mail) => Promise<void> {
  const transport = createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true })
  return async (mail) => {
    await transport.sendMail({ ...mail, from })
  }
}

/** The letter as text, with all its headers. */
export async function compose(mail: Mail, from: string): Promise<string> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  const { message } = await transport.sendMail({ ...mail, from })
  return String(message)
}
