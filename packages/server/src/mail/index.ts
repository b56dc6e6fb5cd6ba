export { forgetAddress } from './forget-address.ts'
export type { Mail } from './mail.ts'
export { Mailer } from './mailer.ts'
