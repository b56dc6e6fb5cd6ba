// @vitest-environment jsdom
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Upload, type UploadTarget, useUpload } from './index.ts'

let server: Server
let url: string
let received: Buffer
let answer: { readonly status: number; readonly body: string } | 'never'
let root: Root
let current: Upload
const states: string[] = []

function Uploader({ target }: { readonly target: () => Promise<UploadTarget> }) {
  current = useUpload(target)
  const text = `${current.status} ${Math.round(current.progress * 100)}`
  if (states.at(-1) !== text) states.push(text)
  return null
}

beforeEach(async () => {
  states.length = 0
  answer = { status: 201, body: JSON.stringify({ id: '0123456789abcdef', path: 'a.png', is_new: true }) }
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received = Buffer.concat(chunks)
    if (answer === 'never') return
    response.writeHead(request.method === 'OPTIONS' ? 204 : answer.status, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': '*',
    })
    response.end(request.method === 'OPTIONS' ? undefined : answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/put`
  root = createRoot(document.createElement('div'))
})
afterEach(() => {
  root.unmount()
  server.closeAllConnections()
  server.close()
})

async function show(target: () => Promise<UploadTarget> = async () => ({ uploadUrl: url, key: 'a.png' })) {
  root.render(<Uploader target={target} />)
  await vi.waitFor(() => expect(states).toEqual(['idle 0']))
}
const file = () => new File([new Uint8Array(300_000).fill(7)], 'a.png', { type: 'image/png' })

describe('useUpload', () => {
  it('sends the file and tells how far it is', async () => {
    await show()
    const key = await current.upload(file())
    expect(key).toBe('a.png')
    await vi.waitFor(() => expect(states.at(-1)).toBe('done 100'))
    expect(current).toMatchObject({ status: 'done', progress: 1, key: 'a.png', error: undefined })
    expect(received.length).toBe(300_000)
    expect(states).toContain('uploading 0')
  })

  it('passes on what the server says against it', async () => {
    answer = { status: 413, body: JSON.stringify({ detail: 'At most 5 MB.' }) }
    await show()
    expect(await current.upload(file())).toBeUndefined()
    await vi.waitFor(() => expect(current.status).toBe('failed'))
    expect(current.error?.message).toBe('At most 5 MB.')
  })

  it('fails when the application gives no address', async () => {
    await show(async () => {
      throw new Error('not signed in')
    })
    await current.upload(file())
    await vi.waitFor(() =>
      expect(current).toMatchObject({ status: 'failed', error: new Error('not signed in') }),
    )
  })

  it('stops when told to', async () => {
    answer = 'never'
    await show()
    const running = current.upload(file())
    await vi.waitFor(() => expect(states.at(-1)).toMatch(/^uploading/))
    current.abort()
    expect(await running).toBeUndefined()
    await vi.waitFor(() => expect(current.status).toBe('aborted'))
  })
})
