/** A form as the bytes of a request, whose number is known before the first file is read. */
import { randomUUID } from 'node:crypto'

export interface EncodedForm {
  /** With the boundary. */
  readonly type: string
  /** Bytes of all pieces. */
  readonly length: number
  /** Once. */
  readonly pieces: AsyncIterable<Uint8Array>
}

/**
 * @param bytesOf reads a file of the form
 * Source: HTML, "multipart/form-data encoding algorithm"; RFC 7578
 */
export function encodeForm(form: FormData, bytesOf: (file: File) => AsyncIterable<Uint8Array>): EncodedForm {
  const boundary = `fovea-${randomUUID()}`
  const parts: (Buffer | File)[] = []
  for (const [name, value] of form) {
    const disposition = `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(lines(name))}"`
    if (typeof value === 'string') {
      parts.push(Buffer.from(`${disposition}\r\n\r\n${lines(value)}\r\n`))
    } else {
      const type = value.type === '' ? 'application/octet-stream' : value.type
      const head = `${disposition}; filename="${escaped(value.name)}"\r\ncontent-type: ${type}\r\n\r\n`
      parts.push(Buffer.from(head), value, Buffer.from('\r\n'))
    }
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: parts.reduce((sum, part) => sum + (part instanceof File ? part.size : part.length), 0),
    pieces: piecesOf(parts, bytesOf),
  }
}

async function* piecesOf(
  parts: readonly (Buffer | File)[],
  bytesOf: (file: File) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof File) yield* bytesOf(part)
    else yield part
  }
}

function lines(text: string): string {
  return text.replace(/\r\n?|\n/g, '\r\n')
}

function escaped(name: string): string {
  return name.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22')
}
