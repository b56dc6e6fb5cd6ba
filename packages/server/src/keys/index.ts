export { checkMasterKey } from './check-master-key.ts'
export { loadMasterKey, MasterKey } from './master-key.ts'
export { hashPassword, verifyPassword } from './password.ts'
