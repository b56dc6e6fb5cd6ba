/**
 * Reads the form of an upload: one file, streamed to disk while it arrives, and a few fields before or behind it.
 * Leaves no file behind when anything is wrong with it.
 */
import { type Problem, problem } from '@fovea/core'
import type { FastifyRequest } from 'fastify'
import { type StagedFile, tooLarge, type UploadService } from '../../uploads/index.ts'
import { partsOf, readable } from './form-parts.ts'

/** Beside the file: boundaries, part headers and the few fields. */
const formOverhead = 64 * 1024

export interface ReceivedForm {
  readonly staged: StagedFile
  readonly fileName: string
  /** As they came. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** Reads the form to its end; the caller stores or discards the file. */
export async function receiveForm(
  request: FastifyRequest,
  uploads: UploadService,
  signal: AbortSignal,
): Promise<ReceivedForm> {
  if (Number(request.headers['content-length'] ?? 0) > uploads.maxBytes + formOverhead)
    throw tooLarge(uploads.maxBytes)
  const fields: Record<string, unknown> = {}
  let file: { staged: StagedFile; fileName: string } | undefined
  try {
    for await (const part of partsOf(request)) {
      if (part.type === 'file') {
        if (part.fieldname !== 'file')
          throw wrongField(`the file must be in the field "file", not "${part.fieldname.slice(0, 80)}"`)
        const staged = await uploads.receive(readable(part.file), { signal })
        file = { staged, fileName: part.filename ?? '' }
      } else {
        if (part.valueTruncated || part.fieldnameTruncated)
          throw wrongField(`the field "${part.fieldname.slice(0, 80)}" is too long`)
        if (Object.hasOwn(fields, part.fieldname))
          throw wrongField(`the field "${part.fieldname.slice(0, 80)}" is there twice`)
        fields[part.fieldname] = part.value
      }
    }
    if (file === undefined) {
      throw wrongField(
        Object.hasOwn(fields, 'file')
          ? 'the field "file" is a text: send it with a file name'
          : 'there is no file: send it in the field "file"',
      )
    }
    return { ...file, fields }
  } catch (error) {
    await file?.staged.discard()
    throw error
  }
}

function wrongField(what: string): Problem {
  return problem('request/invalid-parameter', {
    detail: `In the form, ${what}.`,
    members: { parameter: 'file' },
  })
}
