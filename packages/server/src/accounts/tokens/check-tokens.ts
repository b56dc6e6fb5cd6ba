/** Whether the keys of the token issuer can be read, for `fovea doctor`. */
import type { Egress } from '../../egress/index.ts'
import { TokenKeys } from './token-keys.ts'

/** @returns a sentence for the operator @throws what is wrong with it */
export async function checkTokenKeys(url: string, egress: Egress): Promise<string> {
  const keys = new TokenKeys(url, { egress, log: { error() {}, warn() {}, info() {}, debug() {} } })
  const count = await keys.read()
  return `${url} answers with ${count} ${count === 1 ? 'key' : 'keys'}`
}
