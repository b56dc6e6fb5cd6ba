/** Ids of requests: short, unique across restarts, and never taken from what a client sends. */
import { randomBytes } from 'node:crypto'

const prefix = randomBytes(6).toString('hex')
let count = 0

export function nextRequestId(): string {
  count = (count + 1) % 0x1_0000_0000
  return `${prefix}${count.toString(16).padStart(8, '0')}`
}
