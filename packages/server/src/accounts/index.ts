export { Accounts, type SignedIn } from './accounts.ts'
export { isFromOurPages } from './origin-check.ts'
