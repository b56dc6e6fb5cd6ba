/**
 * Every hostile or damaged file of the corpus, sent through the front door: upload it, then ask for a small still
 * variant and, where the file could move, an animated one. Each row of the manifest is one test case that asserts
 * the row's own `expected` sentence. Never a 500, never a dead server, never a cached error.
 */

import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { itWithShared, sharedDir } from '../fixtures/shared.ts'
import { type RunningServer, startServer } from './support.ts'

interface AbuseRow {
  readonly file: string
  readonly format: string
  readonly expected: string
}

const abuseDir = join(sharedDir ?? '', 'images/dev/abuse')
const rows: readonly AbuseRow[] =
  sharedDir === undefined ? [] : JSON.parse(readFileSync(join(abuseDir, 'MANIFEST.json'), 'utf8'))

/** Refusals an attacker may see. 504 is the deadline: bounded, and nothing is cached. */
const refusals = [400, 413, 415, 422, 504]
const deadlineMs = 10_000

let server: RunningServer
let canary: Server
let canaryHits = 0

beforeAll(async () => {
  canary = createServer((_request, response) => {
    canaryHits++
    response.end()
  })
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  server = await startServer({ env: { FOVEA_DEADLINE_MS: String(deadlineMs) } })
})

afterAll(async () => {
  await server.stop()
  canary.close()
})

describe('the abuse corpus', () => {
  for (const [index, row] of rows.entries()) {
    itWithShared(`${row.file}: ${row.expected}`, async () => {
      const bytes = withCanary(readFileSync(join(abuseDir, row.file)))
      const outcome = await sendThrough(bytes, `abuse/${index}`, row)
      assertExpected(row, outcome, bytes)
      expect(canaryHits, 'a request left the sandbox').toBe(0)
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    })
  }

  itWithShared('the same process answers at the end, and its own memory stayed small', () => {
    expect(() => process.kill(server.pid, 0)).not.toThrow()
    const resident = Number(readFileSync(`/proc/${server.pid}/statm`, 'utf8').split(' ')[1]) * 4096
    expect(resident).toBeLessThan(600 * 2 ** 20)
    expect(server.logs.filter((line) => line.event === 'request.unexpected-error')).toEqual([])
  })
})

interface Outcome {
  /** 201, or the refusal. */
  readonly upload: number
  /** Bytes of each variant that came back with 200. */
  readonly variants: readonly { readonly type: string; readonly bytes: Buffer }[]
  readonly refused: readonly number[]
}

/** Uploads and asks for variants; every refusal is checked to be honest and uncached on the way. */
async function sendThrough(bytes: Buffer, path: string, row: AbuseRow): Promise<Outcome> {
  const name = row.file.slice(row.file.lastIndexOf('/') + 1)
  const target = `${path}/${name.replace(/[^A-Za-z0-9._-]/g, '_')}`
  const uploaded = await server.upload(bytes, name, { target_path: target })
  if (uploaded.status !== 201) {
    expect(refusals, `upload: ${uploaded.status} ${await uploaded.clone().text()}`).toContain(uploaded.status)
    await expectNamedError(uploaded)
    return { upload: uploaded.status, variants: [], refused: [uploaded.status] }
  }
  const stem = target.replace(/\.[^./]*$/, '')
  const moving = ['gif', 'webp', 'png'].includes(row.format)
  const variants: { type: string; bytes: Buffer }[] = []
  const refused: number[] = []
  for (const query of ['.jpg?w=64', ...(moving ? ['.webp?w=64'] : [])]) {
    const response = await fetch(`${server.url}/i/demo/${stem}${query}`)
    const body = Buffer.from(await response.clone().arrayBuffer())
    if (response.status === 200) {
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      variants.push({ type: response.headers.get('content-type') ?? '', bytes: body })
      continue
    }
    expect(refusals, `${query}: ${response.status} ${body.toString('utf8', 0, 300)}`).toContain(
      response.status,
    )
    expect(response.headers.get('cache-control')).toContain('no-store')
    await expectNamedError(response)
    refused.push(response.status)
  }
  return { upload: 201, variants, refused }
}

async function expectNamedError(response: Response): Promise<void> {
  const body = (await response.json()) as { error?: { code?: string; message?: string } }
  expect(body.error?.code).toMatch(/^[A-Z_]+$/)
  expect(body.error?.message?.length).toBeGreaterThan(10)
}

/** Turns the manifest's sentence into assertions. Sentences that allow everything but harm end at the refusals above. */
function assertExpected(row: AbuseRow, outcome: Outcome, source: Buffer): void {
  const { expected } = row
  const made = outcome.variants.length > 0
  if (/^reject\b(?!,| or)/.test(expected) || expected.startsWith('decode error;')) {
    expect(made, 'a file that must be refused was rendered').toBe(false)
    expect(outcome.refused.length).toBeGreaterThan(0)
  }
  if (/^ok \(content sniffed/.test(expected)) {
    expect(made, `refused with ${outcome.refused.join()}`).toBe(true)
  }
  for (const { type, bytes } of outcome.variants) {
    expect(['image/jpeg', 'image/webp']).toContain(type)
    expect(
      bytes.subarray(0, 3).toString('hex') === 'ffd8ff' || bytes.toString('latin1', 0, 4) === 'RIFF',
    ).toBe(true)
    for (const payload of [
      '<?php',
      '<script',
      '<html',
      'TARGET_',
      'PK\u0003\u0004',
      'root:x:0',
      'ICC_PROFILE_BOMB',
    ]) {
      expect(bytes.includes(payload), `the output carries ${payload} of the input`).toBe(false)
    }
    if (source.length > 64) expect(bytes.includes(source.subarray(source.length - 64))).toBe(false)
  }
  if (expected.includes('metadata dropped') || expected.includes('malformed EXIF')) expectNoMetadata(outcome)
}

function expectNoMetadata(outcome: Outcome): void {
  for (const { bytes } of outcome.variants) {
    expect(bytes.includes('Exif\0\0')).toBe(false)
    expect(bytes.includes('http://ns.adobe.com/xap/')).toBe(false)
    expect(() => sharp(bytes)).not.toThrow()
  }
}

/** Points the corpus' network placeholders at our canary: a single hit fails the test. */
function withCanary(bytes: Buffer): Buffer {
  if (!bytes.includes('TARGET_')) return bytes
  const { port } = canary.address() as AddressInfo
  const values: Readonly<Record<string, string>> = { SCHEME: 'http', DOMAIN: '127.0.0.1', PORT: String(port) }
  const text = bytes.toString('latin1')
  return Buffer.from(
    text.replaceAll(/TARGET_(SCHEME|DOMAIN|PORT)/g, (_, name: string) => values[name] ?? ''),
    'latin1',
  )
}
