/** Reads a file unless it is larger than the limits allow. */
import { open, stat } from 'node:fs/promises'
import { problem } from '@fovea/core'

/** @throws Problem `source/too-large`; the system's error when it cannot be read */
export async function readWithin(path: string, limitBytes: number): Promise<Uint8Array> {
  const { size } = await stat(path)
  if (size > limitBytes) {
    throw problem('source/too-large', {
      detail: `the file has ${size} bytes; at most ${limitBytes} are read`,
      members: { limitBytes, actualBytes: size },
    })
  }
  const file = await open(path)
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}
