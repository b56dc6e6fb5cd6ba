/** What went wrong with a call: the server's status, its message in words, and its body. */
export class FoveaError extends Error {
  override readonly name = 'FoveaError'
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** Parsed JSON where the server sent JSON, else its text; `undefined` when no answer came. */
  readonly body: unknown

  constructor(
    message: string,
    details: { readonly status: number; readonly body?: unknown; readonly cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.status = details.status
    this.body = details.body
  }
}

/** Reads an answer that is no success. Never throws: an unreadable body leaves the status. */
export async function errorOf(response: Response): Promise<FoveaError> {
  const text = await response.text().catch(() => '')
  const body = parsed(text)
  const fallback = response.statusText || `HTTP ${response.status}`
  return new FoveaError(messageIn(body) ?? fallback, { status: response.status, body })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `error.message` of the API's form, `detail` of RFC 9457. */
function messageIn(body: unknown): string | undefined {
  const nested = member(member(body, 'error'), 'message')
  const message = nested ?? member(body, 'detail') ?? member(body, 'title')
  return typeof message === 'string' && message !== '' ? message : undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
