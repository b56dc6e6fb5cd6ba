/**
 * A process that signs one person up, and dies at the given table: `sign-up.test-harness.ts <data folder> <e-mail>
 * [table]`. The kill comes when the insert is about to be sent, with all that was written before it.
 */
import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { AuditLog } from '../audit/index.ts'
import { createDatabase } from '../db/index.ts'
import { MasterKey } from '../keys/index.ts'
import { Mailer } from '../mail/index.ts'
import { createAuth } from './auth.ts'

const [dataDir = '', email = '', deadly] = process.argv.slice(2)
const database = await createDatabase({ FOVEA_DATA_DIR: dataDir, FOVEA_DATABASE_URL: undefined })
const killer: KyselyPlugin = {
  transformQuery({ node }) {
    if (node.kind === 'InsertQueryNode' && node.into?.table.identifier.name === deadly)
      process.kill(process.pid, 'SIGKILL')
    return node
  },
  transformResult: async ({ result }) => result,
}
const log = { error: console.error, warn() {}, info() {}, debug() {} }
const mailer = new Mailer({ smtpUrl: undefined, from: 'a@b.test', outbox: join(dataDir, 'outbox'), log })
const auth = createAuth({
  database: { ...database, queries: database.queries.withPlugin(killer) },
  masterKey: new MasterKey('a test master key of more than 32 characters'),
  mailer,
  audit: new AuditLog(database),
  log,
  publicUrl: 'http://images.test',
  termsVersion: undefined,
  signUp: 'open',
})
const answer = await auth.handler(
  new Request('http://images.test/api/auth/sign-up/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://images.test' },
    body: JSON.stringify({ email, password: 'a good long password', name: 'New' }),
  }),
)
await mailer.close()
await database.close()
process.exitCode = answer.ok ? 0 : 1
