export { type BackupReport, backUp } from './back-up.ts'
