/** Baseline of the start bench: Fastify with one route over better-sqlite3, nothing else. */
import type { AddressInfo } from 'node:net'
import Database from 'better-sqlite3'
import fastify from 'fastify'

const database = new Database(process.argv[2] ?? ':memory:')
database.pragma('journal_mode = WAL')
database.exec('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, v TEXT)')
const app = fastify()
app.get('/', async () => database.prepare('SELECT count(*) AS n FROM t').get())
await app.listen({ port: 0, host: '127.0.0.1' })
const { port } = app.server.address() as AddressInfo
console.log(JSON.stringify({ event: 'server.listening', url: `http://127.0.0.1:${port}` }))
