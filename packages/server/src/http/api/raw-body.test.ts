import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { rawBody } from './raw-body.ts'

const requestOf = (raw: Readable) => ({ raw }) as unknown as FastifyRequest

it('gives the memory of a chunk back when the next one is asked for, unless others share it', async () => {
  const own = Buffer.from(new Uint8Array([1, 2, 3]).buffer)
  const shared = Buffer.from(new Uint8Array([4, 5, 6]).buffer, 1, 2)
  const read: number[][] = []
  for await (const chunk of rawBody(requestOf(Readable.from([own, shared])))) read.push([...chunk])
  expect(read).toEqual([
    [1, 2, 3],
    [5, 6],
  ])
  expect([own.length, shared.length]).toEqual([0, 2])
})

it('takes a broken connection for the client leaving', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(1)
    throw new Error('aborted')
  }
  const reading = Readable.from(rawBody(requestOf(Readable.from(broken())))).toArray()
  await expect(reading).rejects.toMatchObject({ code: 'request/client-closed' })
})
