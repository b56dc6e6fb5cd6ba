/**
 * Reads what a child sent. A child may be in the hands of an attacker, so nothing is believed but its shape is
 * checked: an unexpected message ends the child.
 */
import type { RunOutput } from '@fovea/core'
import { isFormat } from '@fovea/core/formats/formats'
import { deserialiseProblem, type Problem } from '@fovea/core/problem/problem'
import { textFormatOf } from '@fovea/core/request/media-type'
import type { HeaderFacts, MadeOutput, Matte, RunResult, WorkerRequest } from './protocol.ts'

export type ReadReply =
  | { readonly kind: 'ready'; readonly isReadable: boolean; readonly isCold: boolean }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'progress'; readonly percent: number }
  | { readonly kind: 'done'; readonly result: HeaderFacts | RunResult; readonly rssBytes: number }
  | {
      readonly kind: 'failed'
      readonly problem: Problem
      readonly cause: string | undefined
      readonly rssBytes: number
    }

/** The checked reply to `request` (`undefined`: the child was asked nothing yet); `undefined` when it makes no sense. */
export function readReply(message: unknown, request: WorkerRequest | undefined): ReadReply | undefined {
  if (!isRecord(message)) return undefined
  if (message.kind === 'ready') {
    const { isReadable, isCold } = message
    return request === undefined
      ? { kind: 'ready', isReadable: isReadable === true, isCold: isCold === true }
      : undefined
  }
  if (request === undefined || message.id !== request.id) return undefined
  if (message.kind === 'accepted') return { kind: 'accepted' }
  if (message.kind === 'progress') {
    const { percent } = message
    const isAsked = request.kind === 'run' && request.tellsProgress === true
    return isAsked && isCount(percent) && percent <= 100 ? { kind: 'progress', percent } : undefined
  }
  const rssBytes = isCount(message.rssBytes) ? message.rssBytes : 0
  if (message.kind === 'done') {
    const result =
      request.kind === 'run'
        ? readRun(
            message.result,
            request.outputs.map(({ output }) => output),
          )
        : readFacts(message.result)
    return result === undefined ? undefined : { kind: 'done', result, rssBytes }
  }
  if (message.kind === 'failed') {
    const problem = readProblem(message.problem)
    const cause = typeof message.cause === 'string' ? message.cause.slice(0, 4_000) : undefined
    return problem === undefined ? undefined : { kind: 'failed', problem, cause, rssBytes }
  }
  return undefined
}

function readRun(value: unknown, wanted: readonly RunOutput[]): RunResult | undefined {
  if (!isRecord(value) || !Array.isArray(value.outputs) || value.outputs.length !== wanted.length)
    return undefined
  if (!isRecord(value.timings)) return undefined
  const { open, operate, encode } = value.timings
  if (!isNumber(open) || !isNumber(operate) || !isNumber(encode)) return undefined
  const { matte } = value
  if (matte !== undefined && !isMatte(matte)) return undefined
  const outputs: MadeOutput[] = []
  for (const [index, output] of value.outputs.entries()) {
    if (!isMadeOutput(output, wanted[index])) return undefined
    // Results of one message are views of one buffer: copied, so that keeping one does not keep them all.
    outputs.push(
      wanted.length === 1 ? output : { ...output, bytes: Uint8Array.prototype.slice.call(output.bytes) },
    )
  }
  return { outputs, timings: { open, operate, encode }, ...(matte === undefined ? {} : { matte }) }
}

/** Square or not, it is small. */
const mostMatteBytes = 1_048_576

function isMatte(value: unknown): value is Matte {
  return (
    isRecord(value) &&
    value.data instanceof Uint8Array &&
    isCount(value.width) &&
    isCount(value.height) &&
    value.data.length === value.width * value.height &&
    value.data.length <= mostMatteBytes
  )
}

function isMadeOutput(value: unknown, wanted: RunOutput | undefined): value is MadeOutput {
  return (
    isRecord(value) &&
    value.bytes instanceof Uint8Array &&
    typeof value.format === 'string' &&
    wanted !== undefined &&
    // A text is exactly the one that was asked for: a child must not choose what a browser takes it for.
    (wanted.kind === 'image' ? isFormat(value.format) : value.format === textFormatOf(wanted)) &&
    isCount(value.width) &&
    isCount(value.height) &&
    isCount(value.pages) &&
    isCount(value.passes)
  )
}

function readFacts(value: unknown): HeaderFacts | undefined {
  if (!isRecord(value)) return undefined
  const {
    format,
    width,
    height,
    orientation,
    pages,
    hasAlpha,
    channels,
    space,
    density,
    depth,
    isProgressive,
    sizeBytes,
  } = value
  if (typeof format !== 'string' || !isFormat(format) || typeof space !== 'string') return undefined
  if (!isCount(width) || !isCount(height) || !isCount(orientation) || !isCount(pages)) return undefined
  if (!isCount(channels) || !isCount(sizeBytes)) return undefined
  if (typeof hasAlpha !== 'boolean' || typeof isProgressive !== 'boolean') return undefined
  return {
    format,
    width,
    height,
    orientation,
    pages,
    hasAlpha,
    channels,
    space,
    ...(isNumber(density) ? { density } : {}),
    ...(isCount(depth) ? { depth } : {}),
    isProgressive,
    sizeBytes,
  }
}

function readProblem(value: unknown): Problem | undefined {
  if (!isRecord(value)) return undefined
  try {
    return deserialiseProblem(value as unknown as Parameters<typeof deserialiseProblem>[0])
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isCount(value: unknown): value is number {
  return isNumber(value) && value >= 0 && Number.isInteger(value)
}
