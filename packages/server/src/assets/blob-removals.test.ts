/** Removals from a bucket that takes its time: a real S3 server behind a line that can be cut. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from '../http/api/api.test-harness.ts'
import { newBucketUrl, withoutBucket } from '../storage/bucket.test-harness.ts'
import type { BlobHash } from './asset.ts'

/** Passes bytes on, or keeps what goes to the server while it is held up. */
class Line {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isHeldUp = false

  private constructor(host: string, port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, host)
      for (const socket of [near, far]) {
        this.#sockets.add(socket)
        socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
      }
      near.on('data', (bytes) => {
        if (this.#isHeldUp) near.pause()
        far.write(bytes)
      })
      near.on('end', () => far.end())
      far.pipe(near)
      if (this.#isHeldUp) near.pause()
    })
  }

  static async to(host: string, port: number): Promise<Line> {
    const line = new Line(host, port)
    line.#server.listen(0, '127.0.0.1')
    await once(line.#server, 'listening')
    return line
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  holdUp(): void {
    this.#isHeldUp = true
    for (const socket of this.#sockets) socket.pause()
  }

  goOn(): void {
    this.#isHeldUp = false
    for (const socket of this.#sockets) socket.resume()
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

const subjects = testKinds.map((subject) => ({ ...subject, skip: subject.skip ?? withoutBucket }))

for (const { kind, skip } of subjects) {
  describe.skipIf(skip !== undefined)(`originals in a slow bucket, on ${kind} (${skip ?? 'there'})`, () => {
    let harness: Harness
    let line: Line

    beforeAll(async () => {
      const url = new URL(await newBucketUrl())
      const endpoint = new URL(url.searchParams.get('endpoint') ?? '')
      line = await Line.to(endpoint.hostname, Number(endpoint.port))
      endpoint.port = String(line.port)
      url.searchParams.set('endpoint', endpoint.origin)
      harness = await startApi({ kind, storageUrl: url.href })
    })
    afterEach(() => line.goOn())
    afterAll(async () => {
      await harness?.close()
      line?.close()
    })

    const upload = async (bytes: Buffer, name: string) => {
      const response = await harness.upload(bytes, name)
      expect(response.statusCode, response.body).toBe(201)
      return response.json() as { readonly id: string; readonly hash: BlobHash }
    }
    const remove = (id: string) =>
      harness.request({ method: 'DELETE', url: `/api/v1/images/${id}?permanent=true` })
    const removals = (hash: BlobHash) =>
      harness.database.queries.selectFrom('blob_removals').selectAll().where('hash', '=', hash).execute()
    const isStored = (hash: BlobHash) => harness.isStored(harness.project.id, hash)

    it('keep nobody waiting who writes something else', async () => {
      const { id, hash } = await upload(await picture(1), 'one.png')
      const other = await upload(await picture(2), 'two.png')
      line.holdUp()
      const removed = remove(id)
      await expect.poll(() => removals(hash)).toMatchObject([{ ended_at: null }])
      const patched = await harness.request({
        method: 'PATCH',
        url: `/api/v1/images/${other.id}`,
        payload: { tags: ['two'] },
      })
      expect(patched.statusCode, patched.body).toBe(200)
      line.goOn()
      expect((await removed).statusCode).toBe(200)
      expect(await removals(hash)).toMatchObject([{ ended_at: expect.any(Number) }])
      expect(await isStored(hash)).toBe(false)
    })

    it('are there when their upload is answered, though a removal of the same bytes was on its way', async () => {
      const bytes = await picture(3)
      const { id, hash } = await upload(bytes, 'three.png')
      line.holdUp()
      const removed = remove(id)
      await expect.poll(() => removals(hash)).toMatchObject([{ ended_at: null }])
      const again = upload(bytes, 'three-again.png')
      line.goOn()
      expect([(await removed).statusCode, (await again).hash]).toEqual([200, hash])
      expect(await isStored(hash)).toBe(true)
    })

    it('are put again when a removal came between putting and committing', async () => {
      const bytes = await picture(4)
      const put = harness.blobs.put.bind(harness.blobs)
      let puts = 0
      harness.blobs.put = async (projectId, hash, body) => {
        const stored = await put(projectId, hash, body)
        if (puts++ === 0) expect(await harness.blobs.removeUnreferenced(projectId, hash)).toBe(true)
        return stored
      }
      const { hash } = await upload(bytes, 'four.png')
      harness.blobs.put = put
      expect([puts, await isStored(hash)]).toEqual([2, true])
    })

    it('that a killed process was removing are removed by the sweep, or stored again', async () => {
      const bytes = await picture(5)
      const { id, hash } = await upload(bytes, 'five.png')
      expect((await remove(id)).statusCode).toBe(200)
      const [removal] = await removals(hash)
      const { pid } = spawnSync(process.execPath, ['-e', ''])
      const killed = {
        owner: removal?.owner.replace(/-\d+-/, `-${pid}-`) ?? '',
        begun_at: Date.now(),
        ended_at: null,
      }
      const dieAt = () =>
        harness.database.queries
          .updateTable('blob_removals')
          .set({ ...killed, begun_at: Date.now() })
          .where('hash', '=', hash)
          .execute()
      await harness.blobs.put(harness.project.id, hash, bytes)
      await dieAt()
      expect((await harness.blobs.sweep()).removed).toBe(1)
      expect(await isStored(hash)).toBe(false)
      await dieAt()
      await upload(bytes, 'five-again.png')
      expect(await isStored(hash)).toBe(true)
    })

    it('are forgotten as removed with their project', async () => {
      const { id, hash } = await upload(await picture(7), 'seven.png')
      await remove(id)
      expect(await removals(hash)).toHaveLength(1)
      await harness.blobs.removeProject(harness.project.id, new AbortController().signal)
      expect(await removals(hash)).toEqual([])
    })

    it('are forgotten as removed after a day', async () => {
      const { id, hash } = await upload(await picture(6), 'six.png')
      await remove(id)
      await harness.blobs.sweep()
      expect(await removals(hash)).toHaveLength(1)
      await harness.database.queries
        .updateTable('blob_removals')
        .set({ begun_at: Date.now() - 25 * 60 * 60_000 })
        .execute()
      await harness.blobs.sweep()
      expect(await removals(hash)).toEqual([])
    })
  })
}
