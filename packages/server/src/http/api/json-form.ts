/** A form whose field `request` is JSON and whose file `file` is what it speaks of, in either order. */
import { type Problem, problem } from '@fovea/core'
import { parseJson } from '@fovea/core/dialects/json'
import type { FastifyRequest } from 'fastify'
import type { StagedFile } from '../../uploads/index.ts'
import { partsOf, readable } from './form-parts.ts'

const maxRequestBytes = 256 * 1024
const maxDepth = 64

export interface JsonForm {
  readonly value: unknown
  readonly file: StagedFile | undefined
}

/**
 * Leaves no file behind when anything is wrong.
 * @throws Problem `request/invalid-parameter`, `request/malformed`, and whatever `receive` throws
 */
export async function readJsonForm(
  request: FastifyRequest,
  receive: (bytes: AsyncIterable<Uint8Array>) => Promise<StagedFile>,
): Promise<JsonForm> {
  let file: StagedFile | undefined
  let value: unknown
  try {
    for await (const part of partsOf(request, {
      limits: { fieldSize: maxRequestBytes, fields: 1, files: 1 },
    })) {
      const expected = part.type === 'file' ? 'file' : 'request'
      if (part.fieldname !== expected) {
        throw problem('request/invalid-parameter', {
          detail: `In the form, the file is called "file" and the JSON is the text "request"; there is a ${part.type} "${part.fieldname.slice(0, 80)}".`,
          members: { parameter: part.fieldname.slice(0, 80) },
        })
      }
      if (part.type === 'file') file = await receive(readable(part.file))
      else {
        if (part.valueTruncated) throw tooLong()
        value = readRequestText(part.value)
      }
    }
    return { value: value ?? {}, file }
  } catch (error) {
    await file?.discard()
    throw error
  }
}

/** @throws Problem `request/invalid-parameter`, `request/malformed` */
export function readRequestText(text: unknown): unknown {
  if (typeof text !== 'string')
    throw problem('request/invalid-parameter', {
      detail: '"request" must be given once.',
      members: { parameter: 'request' },
    })
  if (text.length > maxRequestBytes) throw tooLong()
  return parseJson(text, maxDepth)
}

function tooLong(): Problem {
  return problem('request/malformed', { detail: `"request" may have at most ${maxRequestBytes} bytes.` })
}
