/** The server cannot listen where it was told to; the message is for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

interface Place {
  readonly port: number
  readonly host: string
}

/** In the operator's words where a setting can mend it; anything else as it is. */
export function listenError(error: NodeJS.ErrnoException, { port, host }: Place): Error {
  const sentence = sentences.get(error.code ?? '')
  return sentence === undefined ? error : new ListenError(sentence({ port, host }), { cause: error })
}

const sentences: ReadonlyMap<string, (place: Place) => string> = new Map([
  [
    'EADDRINUSE',
    ({ port, host }) =>
      `Port ${port} of ${host} is taken by another program: stop it, or choose another port with FOVEA_PORT.`,
  ],
  [
    'EACCES',
    ({ port }) =>
      `This user may not listen on port ${port}: choose one from 1024 with FOVEA_PORT, or put a proxy before it.`,
  ],
  ['EADDRNOTAVAIL', ({ host }) => noAddress(host)],
  ['ENOTFOUND', ({ host }) => noAddress(host)],
])

function noAddress(host: string): string {
  return `FOVEA_HOST: ${host} is no address of this machine.`
}
