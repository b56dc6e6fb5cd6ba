/**
 * Originals in a bucket of any server that speaks the S3 protocol: `<folder>/<project>/<hh>/<hash>`.
 *
 * A put resolves when the server has taken the whole object, which S3 promises to be durable and visible to every
 * reader. Objects are removed one by one: the batch form needs checksums on which servers do not agree.
 */

import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { Slots } from '../../slots.ts'
import { assertStorageKey, isStorageKey, type ObjectInfo, type StorageDriver } from '../driver.ts'
import { S3Client, type S3Response } from './client.ts'
import type { S3Place } from './place.ts'
import { postFields } from './post-policy.ts'
import { putObject } from './put.ts'
import { elements, elementText } from './xml.ts'

const partBytes = 8 * 1024 * 1024
/** Parts in memory, over all puts: 64 MiB, twice that while one is joined from its pieces. */
const partsInMemory = 8
const deletedTogether = 8

export function s3Storage(place: S3Place, options: { readonly partBytes?: number } = {}): StorageDriver {
  const client = new S3Client(place)
  const puts = { client, slots: new Slots(partsInMemory), partBytes: options.partBytes ?? partBytes }
  return {
    name: 's3',

    async head(key, { signal } = {}) {
      assertStorageKey(key)
      const response = await client.send({ method: 'HEAD', key, signal }, [404])
      await response.body.dump()
      return response.statusCode === 404 ? undefined : infoOf(key, response)
    },

    async get(key, { range, signal } = {}) {
      assertStorageKey(key)
      const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end ?? ''}` }
      const response = await client.send({ method: 'GET', key, headers, signal }, [404])
      if (response.statusCode !== 404) return { info: infoOf(key, response), body: webStream(response.body) }
      await response.body.dump()
      return undefined
    },

    async put(key, body, { signal } = {}) {
      assertStorageKey(key)
      await putObject(puts, { key, signal }, body)
    },

    async delete(keys, { signal } = {}) {
      for (const key of keys) assertStorageKey(key)
      const rest = [...keys]
      const worker = async () => {
        for (let key = rest.shift(); key !== undefined; key = rest.shift())
          await (await client.send({ method: 'DELETE', key, signal }, [404])).body.dump()
      }
      await Promise.all(Array.from({ length: Math.min(deletedTogether, keys.length) }, worker))
    },

    async list(prefix, { cursor, limit = 1000 } = {}) {
      const xml = await client.text({
        method: 'GET',
        query: {
          'list-type': '2',
          prefix: place.prefix + prefix,
          'max-keys': String(Math.min(limit, 1000)),
          ...(cursor === undefined ? {} : { 'start-after': place.prefix + cursor }),
        },
      })
      const all = elements(xml, 'Contents').map((entry) => listed(entry, place.prefix))
      const isMore = elementText(xml, 'IsTruncated') === 'true'
      const last = all.at(-1)?.key
      return {
        // A bucket may hold what is not ours.
        objects: all.filter(({ key }) => isStorageKey(key)),
        ...(isMore && last !== undefined ? { cursor: last } : {}),
      }
    },

    async removeUnfinished(before) {
      const xml = await client.text({ method: 'GET', query: { uploads: '', prefix: place.prefix } })
      let removed = 0
      for (const upload of elements(xml, 'Upload')) {
        const key = (elementText(upload, 'Key') ?? '').slice(place.prefix.length)
        const uploadId = elementText(upload, 'UploadId') ?? ''
        const begun = Date.parse(elementText(upload, 'Initiated') ?? '')
        if (!isStorageKey(key) || !(begun < before)) continue
        await (await client.send({ method: 'DELETE', key, query: { uploadId } }, [404])).body.dump()
        removed++
      }
      return removed
    },

    ...(place.directBase === undefined ? {} : { directUpload: directTo(place, place.directBase) }),
    close: () => client.close(),
  }
}

function directTo(place: S3Place, url: string): NonNullable<StorageDriver['directUpload']> {
  return (key, bounds) => {
    assertStorageKey(key)
    return { url, fields: postFields(place, key, bounds) }
  }
}

function infoOf(key: string, { headers }: S3Response): ObjectInfo {
  // Of a range the whole length stands behind the slash.
  const whole = /\/(\d+)$/.exec(String(headers['content-range'] ?? ''))?.[1]
  return {
    key,
    size: Number(whole ?? headers['content-length']),
    modifiedAt: Date.parse(String(headers['last-modified'])),
  }
}

function listed(entry: string, prefix: string): ObjectInfo {
  return {
    key: (elementText(entry, 'Key') ?? '').slice(prefix.length),
    size: Number(elementText(entry, 'Size')),
    modifiedAt: Date.parse(elementText(entry, 'LastModified') ?? ''),
  }
}

function webStream(body: Readable): globalThis.ReadableStream<Uint8Array> {
  return Readable.toWeb(body) as ReadableStream<Uint8Array> as globalThis.ReadableStream<Uint8Array>
}
