/**
 * Sends a body and tells how much of it has left.
 *
 * Browsers tell that through `XMLHttpRequest` alone: they send streams with `fetch` over HTTP/2 only, which nothing
 * can know beforehand. Everywhere else the body goes as a stream that is counted while it is read.
 */

export interface Watched {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly redirect: RequestRedirect
  readonly body: string | FormData | Blob
  /** Bytes of the body, about: a form adds a few. */
  readonly size: number
  readonly signal: AbortSignal
  /** Share that has left, 0–1. */
  onProgress(share: number): void
  /** Used whatever the platform has. */
  readonly ownFetch?: typeof globalThis.fetch | undefined
}

/** @throws the signal's reason; any other error without an answer */
export function sendWatched(url: string, watched: Watched): Promise<Response> {
  return typeof XMLHttpRequest === 'function' && watched.ownFetch === undefined
    ? byXhr(url, watched)
    : byStream(url, watched)
}

function byXhr(url: string, { method, headers, body, signal, onProgress }: Watched): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onload = () => resolve(responseOf(request))
    request.onerror = () => reject(new TypeError('The request failed.'))
    request.onabort = () => reject(signal.reason)
    request.onloadend = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort)
    request.send(body)
  })
}

/** The answer with the one header that callers look at; an answer without a body has none, not an empty one. */
function responseOf(request: XMLHttpRequest): Response {
  const { status, statusText, responseText } = request
  const wait = request.getResponseHeader('retry-after')
  const headers: HeadersInit = wait === null ? {} : { 'retry-after': wait }
  return new Response(responseText === '' ? null : responseText, { status, statusText, headers })
}

function byStream(url: string, watched: Watched): Promise<Response> {
  const { method, headers, redirect, body, size, signal, onProgress, ownFetch = globalThis.fetch } = watched
  // With a form's boundary or a file's type, as the platform would have sent them.
  const { body: stream, headers: sentHeaders } = new Response(body)
  for (const [name, value] of Object.entries(headers)) sentHeaders.set(name, value)
  const tell = (sent: number) => onProgress(size > 0 ? Math.min(1, sent / size) : 0)
  return ownFetch(url, {
    ...{ method, headers: sentHeaders, redirect, signal },
    body: stream === null ? null : inPieces(stream, tell),
    ...{ duplex: 'half' },
  })
}

const pieceBytes = 64 * 1024

/** Hands out no more than a piece at a time and tells the sum: a platform may read a whole file at once. */
function inPieces(
  stream: ReadableStream<Uint8Array>,
  onSent: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  let rest: Uint8Array = new Uint8Array()
  let sent = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (rest.length === 0) {
          const { done, value } = await reader.read()
          if (done) return controller.close()
          rest = value
        }
        const piece = rest.subarray(0, pieceBytes)
        rest = rest.subarray(pieceBytes)
        sent += piece.length
        onSent(sent)
        controller.enqueue(piece)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
