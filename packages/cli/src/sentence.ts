/** What people are told of an error that was to be expected. */
import { FoveaError } from '@fovea/client'

/** A file that cannot be sent: the fault is not the server's. */
export class FileFault extends Error {
  override readonly name = 'FileFault'
}

/** The message, with the reason where a server could not be reached: the line, its name, its certificate. */
export function sentenceOf(error: Error): string {
  if (!(error instanceof FoveaError) || error.status !== 0) return error.message
  const root = rootOf(error)
  if (root instanceof FileFault) return root.message
  // A timeout is what the message says already.
  if (root === error || root.name === 'TimeoutError') return error.message
  return `${error.message.replace(/\.$/, '')}: ${root.message.trim()}`
}

function rootOf(error: Error): Error {
  if (error instanceof FileFault) return error
  // One error for each address of the name.
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  return cause instanceof Error ? rootOf(cause) : error
}
