/** A database of its own on the PostgreSQL server that the tests run against. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'

const address = process.env.FOVEA_TEST_POSTGRES_URL
if (address === undefined && process.env.CI === 'true') throw new Error('CI needs FOVEA_TEST_POSTGRES_URL')

export const mayUsePostgres = address !== undefined

export interface TestPostgres {
  readonly url: string
  drop(): Promise<void>
}

export async function newPostgres(): Promise<TestPostgres> {
  const name = `fovea_e2e_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}`)
  const url = new URL(address ?? '')
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`drop database ${name} with (force)`) }
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(address)
  await client.connect()
  await client.query(statement)
  await client.end()
}
