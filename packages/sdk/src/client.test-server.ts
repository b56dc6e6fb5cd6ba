/** A real HTTP server on a free port that answers as a test tells it and remembers what it was asked; and its client. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { Fovea, type FoveaOptions } from './index.ts'

interface Heard {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON unless it is text. */
  readonly body?: unknown
  /** Close the connection instead of answering. */
  readonly hangUp?: boolean
  /** Never answer. */
  readonly stall?: boolean
}

export interface TestServer {
  readonly url: string
  readonly heard: readonly Heard[]
  stop(): Promise<void>
}

/** Answers the n-th request with the n-th answer, and later ones with the last. Ends with its test. */
export async function serve(...answers: readonly Answer[]): Promise<TestServer> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const answer = answers[Math.min(heard.length, answers.length - 1)] ?? {}
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
    })
    if (answer.stall) return
    if (answer.hangUp) {
      request.socket.destroy()
      return
    }
    const isText = typeof answer.body === 'string'
    response.writeHead(answer.status ?? 200, {
      'content-type': isText ? 'text/plain' : 'application/json',
      ...answer.headers,
    })
    response.end(isText ? answer.body : JSON.stringify(answer.body ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const running: TestServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  onTestFinished(() => running.stop())
  return running
}

/** A client whose server gives these answers. */
export async function serveClient(
  answers: readonly Answer[],
  options: Partial<FoveaOptions> = {},
): Promise<Pick<TestServer, 'heard'> & { readonly fovea: Fovea; readonly server: TestServer }> {
  const server = await serve(...answers)
  const fovea = new Fovea({ apiKey: 'fov_key', url: server.url, ...options })
  return { fovea, server, heard: server.heard }
}
