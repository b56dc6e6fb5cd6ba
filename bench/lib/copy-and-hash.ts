/**
 * What storing files safely costs at the least: each is read once, hashed on the way, written elsewhere and flushed,
 * and so is the directory. `node copy-and-hash.ts FROM TO CONCURRENCY`, a process of its own.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

const [from = '', to = '', concurrency = '4'] = process.argv.slice(2)
await mkdir(to, { recursive: true })
const names = await readdir(from)
await Promise.all(Array.from({ length: Number(concurrency) }, worker))

async function worker(): Promise<void> {
  for (let name = names.shift(); name !== undefined; name = names.shift()) await copy(name)
}

async function copy(name: string): Promise<void> {
  const temporary = join(to, `.${name}`)
  const hash = createHash('sha256')
  const file = await open(temporary, 'wx')
  for await (const chunk of createReadStream(join(from, name), { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk)
    await file.write(chunk)
  }
  await file.sync()
  await file.close()
  await rename(temporary, join(to, hash.digest('hex')))
  const directory = await open(to)
  await directory.sync()
  await directory.close()
}
