/**
 * A ZIP archive that is written while it is read: nothing of it is ever held as a whole. Files stand in it as they are,
 * because pictures are compressed already; archives over 4 GB and of more than 65 535 files become ZIP64.
 */
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

export interface ArchivedFile {
  /** Slash-separated, relative. */
  readonly path: string
  /** Unix milliseconds. */
  readonly modifiedAt: number
  /** Called when its turn comes; the stream is read to its end or destroyed. */
  open(): Promise<Readable>
}

/** Files are asked for as they are sent. An error of one of them destroys the stream. */
export function zipStream(files: AsyncIterable<ArchivedFile>): Readable {
  const zip = new ZipFile()
  const archive = Readable.from(zip.outputStream, { objectMode: false })
  const fail = (error: unknown) =>
    archive.destroy(
      error instanceof Error ? error : new Error('The archive cannot be written', { cause: error }),
    )
  zip.once('error', fail)
  addAll(zip, files, archive).catch(fail)
  return archive
}

/** One file at a time: the next is asked for when the last one is being sent. */
async function addAll(zip: ZipFile, files: AsyncIterable<ArchivedFile>, archive: Readable): Promise<void> {
  let sending: Readable | undefined
  let goOn = () => {}
  archive.once('close', () => {
    sending?.destroy()
    goOn()
  })
  for await (const { path, modifiedAt, open } of files) {
    if (archive.destroyed) return
    await new Promise<void>((resolve) => {
      goOn = resolve
      zip.addReadStreamLazy(path, { mtime: new Date(modifiedAt), compress: false }, (take) => {
        resolve()
        open().then(
          (stream) => {
            sending = stream
            if (archive.destroyed) stream.destroy()
            stream.once('error', (error) => archive.destroy(error))
            take(null, stream)
          },
          (error: unknown) => take(error, Readable.from([])),
        )
      })
    })
  }
  zip.end()
}
