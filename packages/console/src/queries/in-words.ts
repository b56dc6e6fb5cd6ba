/** What went wrong, for people. */
import { FoveaError } from '@fovea/client'

export function inWords(error: unknown): string {
  if (!(error instanceof FoveaError)) return 'The console made a mistake. Loading the page again may help.'
  if (error.status === 0) return 'The server cannot be reached. Is it running, and are you connected?'
  return error.message
}
