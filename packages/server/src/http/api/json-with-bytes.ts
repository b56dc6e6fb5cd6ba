/**
 * Answers JSON that holds files as base64, written piece by piece: a large picture is never a string.
 */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Stands for its base64 in a value that is sent. */
export class Base64Bytes {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** A multiple of three, so that pieces join to one base64 text. */
const pieceBytes = 48 * 1024
/** No text of an answer is just this. */
const mark = '\u0000'

export function sendJsonWithBytes(reply: FastifyReply, value: object): FastifyReply {
  const files: Buffer[] = []
  const json = JSON.stringify(value, (_, member: unknown) => {
    if (!(member instanceof Base64Bytes)) return member
    const { buffer, byteOffset, byteLength } = member.bytes
    files.push(Buffer.from(buffer, byteOffset, byteLength))
    return mark
  })
  if (files.length === 0) return reply.header('content-type', 'application/json; charset=utf-8').send(json)
  const texts = json.split(JSON.stringify(mark))
  function* pieces() {
    for (const [index, text] of texts.entries()) {
      yield text
      const file = files[index]
      if (file === undefined) continue
      yield '"'
      for (let at = 0; at < file.length; at += pieceBytes)
        yield file.subarray(at, at + pieceBytes).toString('base64')
      yield '"'
    }
  }
  const textBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const fileBytes = files.reduce((sum, { length }) => sum + 2 + 4 * Math.ceil(length / 3), 0)
  return reply
    .headers({ 'content-type': 'application/json; charset=utf-8', 'content-length': textBytes + fileBytes })
    .send(Readable.from(pieces(), { objectMode: false }))
}
