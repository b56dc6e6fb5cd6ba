export { type Claim, IdempotencyKeys, type KeptAnswer } from './idempotency-keys.ts'
