export type { Mail } from './mail.ts'
export { Mailer } from './mailer.ts'
