/** Proves by work that storage can be used: an object is put, found, read in part and removed. */
import { randomBytes } from 'node:crypto'
import type { StorageDriver } from './driver.ts'

/** Leaves nothing behind. @throws StorageError, or Error when the storage answers something else than was put */
export async function proveStorage(driver: StorageDriver): Promise<void> {
  const key = `checks/${randomBytes(8).toString('hex')}`
  await driver.put(key, Buffer.from('put by a check'))
  try {
    const found = await driver.get(key, { range: { start: 4, end: 5 } })
    const text = found === undefined ? undefined : await new Response(found.body).text()
    if (text !== 'by') throw new Error(`a range of an object just put reads ${JSON.stringify(text)}`)
    const { objects } = await driver.list(key)
    if (objects[0]?.key !== key) throw new Error('an object just put is not listed')
  } finally {
    await driver.delete([key])
  }
}
