/** The console in a real browser against a real server: from the first address to a focal point that is stored. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../fixtures/shared.ts'
import { launchChromium, mayRunChromium } from '../scripts/testing/chromium.ts'
import { generateJpeg, type RunningServer, startServer } from './support.ts'

/** Chromium may have to be fetched first. */
const installMs = 600_000
/** Things happen at their own time on a busy machine. */
const patientMs = 120_000

// Children are other users: what lies in somebody's home they cannot read.
const models = join(tmpdir(), 'fovea-test-models')
const fovea = fileURLToPath(new URL('../packages/cli/src/main.js', import.meta.url))
const built = fileURLToPath(new URL('../packages/console/dist/current', import.meta.url))
const photo = () => readFileSync(join(sharedDir ?? '', 'images/dev/photos/tourist-arches.jpg'))

let server: RunningServer
let browser: Browser
let page: Page
/** What the browser said against pages: refused by the policy, or thrown. */
const complaints: string[] = []

beforeAll(async () => {
  if (!mayRunChromium) return
  execFileSync(process.execPath, [fovea, 'models', 'prepare'], {
    env: { ...process.env, FOVEA_MODEL_DIR: models },
  })
  // Before the server, whose console may be built by the time that a browser takes to start.
  browser = await launchChromium()
  // What is on its way from one colour to another has the contrast of neither.
  page = await browser.newPage({ reducedMotion: 'reduce' })
  page.setDefaultTimeout(patientMs)
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  // As on a machine where nobody has built it; what is up to date is not built again.
  rmSync(built, { force: true })
  server = await startServer({
    env: { FOVEA_WORKERS: '1', FOVEA_MODEL_DIR: models, FOVEA_BUILD_CONSOLE: 'true' },
  })
}, installMs)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const at = (path: string) => new URL(path, server.firstRun.consoleUrl).href
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name })

async function signIn(): Promise<void> {
  await page.getByLabel('E-mail address').fill(server.firstRun.email)
  await page.getByLabel('Password').fill(server.firstRun.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function stored(bytes: Uint8Array, path: string): Promise<string> {
  const answer = await server.upload(bytes, path.slice(path.lastIndexOf('/') + 1), { target_path: path })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

async function open(id: string): Promise<void> {
  await page.goto(at(`/console/p/demo/assets/${id}`))
  await page.getByRole('region', { name: 'Details' }).waitFor()
}

async function told<T>(path: string): Promise<T> {
  return (await (await server.api(path)).json()) as T
}

interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What is drawn of a kind, in the coordinates of the drawing, and the size of that. */
function drawn(kind: 'face' | 'subject') {
  return page.locator('svg:has([data-sight])').evaluate((svg: Element, kind) => {
    const number = (element: Element, name: string) => Number(element.getAttribute(name))
    const boxes = [...svg.querySelectorAll(`[data-kind=${kind}] rect:first-child`)].map((rect) => ({
      x: number(rect, 'x'),
      y: number(rect, 'y'),
      width: number(rect, 'width'),
      height: number(rect, 'height'),
    }))
    return { viewBox: svg.getAttribute('viewBox'), boxes }
  }, kind)
}

interface Seen {
  readonly width: number
  readonly height: number
  readonly faces: readonly { left: number; top: number; width: number; height: number }[]
}

function inPixels({ width, height, faces }: Seen): readonly Rect[] {
  return faces.map((face) => ({
    x: Math.round(face.left * width),
    y: Math.round(face.top * height),
    width: Math.round(face.width * width),
    height: Math.round(face.height * height),
  }))
}

/** The rules that the page as it is breaks, with the places. */
async function violations(shown = page): Promise<readonly string[]> {
  await shown.evaluate(axe.source)
  const { violations: found } = await shown.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(),
  )
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, any }) => `${target} (${any[0]?.message})`).join('; ')}`,
  )
}

const schemes = ['light', 'dark'] as const

/** At a desk and on a phone, by day and by night. */
async function expectUsable(): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 })
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), {
          message: `${width} px`,
          timeout: patientMs,
        })
        .toBeLessThanOrEqual(width)
      expect(await violations(), `${colorScheme}, ${width} px`).toEqual([])
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 900 })
}

describe.skipIf(!mayRunChromium)('the console', () => {
  it('is built after the start, says so meanwhile, and opens by itself', async () => {
    await page.goto(at(new URL(server.firstRun.consoleUrl).pathname))
    await heading('The console is being built').waitFor()
    const copy = await browser.newPage()
    await copy.setContent(await page.content())
    expect(await violations(copy)).toEqual([])
    await copy.close()
    await heading('Sign in').waitFor()
    expect(new URL(page.url()).searchParams.get('next')).toBe('/console')
  })

  it('shows the pictures of the first start to its owner', async () => {
    await signIn()
    await heading('Library').waitFor()
    expect(new URL(page.url()).pathname).toBe('/console/p/demo/library')
    const pictures = page.getByRole('list', { name: 'Pictures' })
    for (const name of ['landscape.jpg', 'product.jpg', 'poster.png', 'blink.gif'])
      await pictures.getByText(name).waitFor()
    const widths = () =>
      pictures.locator('img').evaluateAll((all) => all.map((img) => (img as HTMLImageElement).naturalWidth))
    await expect.poll(widths, { timeout: patientMs }).toEqual([320, 320, 320, 320])
    await expectUsable()
  })

  it('keeps folder and search in the address', async () => {
    await stored(await generateJpeg({ width: 90, height: 60 }), 'trips/north/fjord.jpg')
    await page.goto(at('/console/p/demo/library'))
    await page.getByRole('link', { name: /trips.*1 picture/ }).click()
    await page.getByRole('link', { name: /north/ }).click()
    await page.getByText('fjord.jpg').waitFor()
    expect(new URL(page.url()).searchParams.get('folder')).toBe('trips/north')
    const trail = page.getByRole('navigation', { name: 'Folders above' })
    expect(await trail.locator('[aria-current]').allTextContents()).toEqual(['north'])
    await page.getByRole('link', { name: 'All pictures' }).click()
    await page.getByRole('searchbox').fill('fjo')
    await page.getByText('1 found').waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('fjo')
    await page.goto(at('/console/p/demo/library?q=nothing-of-this-name'))
    await page.getByText('Nothing is called').waitFor()
  })

  it('shows a folder of any size, and keeps only what is near in the document', async () => {
    for (let first = 0; first < 120; first += 20) {
      const some = Array.from({ length: 20 }, (_, index) => first + index)
      await Promise.all(
        some.map(async (seed) =>
          stored(await generateJpeg({ width: 24, height: 16, seed }), `many/${seed}.jpg`),
        ),
      )
    }
    await page.goto(at('/console/p/demo/library?folder=many'))
    await page.getByText('120 pictures').waitFor()
    const shown = page.getByRole('list', { name: 'Pictures' }).getByRole('listitem')
    const last = shown.and(page.locator('[aria-posinset="120"]'))
    for (let tries = 0; tries < 100 && (await last.count()) === 0; tries += 1) {
      await page.mouse.wheel(0, 1500)
      await page.waitForTimeout(100)
    }
    expect(await last.count()).toBe(1)
    expect(await shown.count()).toBeLessThan(60)
    await last.getByRole('link').click()
    await heading(/^\d+\.jpg$/).waitFor()
  })

  it('uploads files, tells what becomes of each, and writes over nothing unasked', async () => {
    await page.goto(at('/console/p/demo/library?folder=sent'))
    const uploads = page.getByRole('list', { name: 'Uploads' }).getByRole('listitem')
    const send = (name: string, buffer: Buffer) =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/jpeg', buffer })
    await page.getByText('This folder is empty').waitFor()
    await send('first.jpg', Buffer.from(await generateJpeg({ width: 80, height: 60 })))
    await uploads.filter({ hasText: 'first.jpg' }).getByText('Uploaded.').waitFor()
    await page.getByRole('list', { name: 'Pictures' }).getByText('first.jpg').waitFor()
    await send('text.jpg', Buffer.from('no picture'))
    await uploads
      .filter({ hasText: 'text.jpg' })
      .getByText(/^The file is none of/)
      .waitFor()
    const other = Buffer.from(await generateJpeg({ width: 80, height: 60, seed: 9 }))
    await send('first.jpg', other)
    await uploads.getByText('There is a picture of this name.').waitFor()
    expect(await violations()).toEqual([])
    await uploads.getByRole('button', { name: 'Replace it' }).click()
    await expect.poll(() => uploads.getByText('Uploaded.').count(), { timeout: patientMs }).toBe(2)
    const versions = await told<{ versions: readonly unknown[] }>('/api/v1/versions?path=sent/first.jpg')
    expect(versions.versions).toHaveLength(2)
  })

  it('shows names, texts and tags as text', async () => {
    const hostile = '<img src=x onerror=document.title="broken">'
    const id = await stored(await generateJpeg({ width: 60, height: 60, seed: 3 }), `${hostile}.jpg`)
    const changed = await server.api(`/api/v1/images/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ alt_text: hostile, tags: [hostile] }),
    })
    expect(changed.status).toBe(200)
    await page.goto(at('/console/p/demo/library'))
    await page.getByText(`${hostile}.jpg`).waitFor()
    await open(id)
    await heading(`${hostile}.jpg`).waitFor()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
    expect(await page.title()).toBe(`${hostile}.jpg – Fovea`)
  })

  it('says in words what is not there', async () => {
    await page.goto(at('/console/p/demo/assets/0000000000000000'))
    await page.getByText('This project has no such picture.').waitFor()
    await page.goto(at('/console/p/nobody/library'))
    await page.getByText('You have no project of this name.').waitFor()
    await page.goto(at('/console/nowhere'))
    await page.getByText('There is no page at this address.').waitFor()
    expect(await violations()).toEqual([])
  })
})

describe.skipIf(!mayRunChromium)('the page of a picture', () => {
  itWithShared('draws faces and subjects where the facts say, and hides them', async () => {
    const id = await stored(photo(), 'woman.jpg')
    await open(id)
    const faces = page.getByRole('list', { name: 'Faces' })
    await faces.waitFor()
    const seen = await told<Seen>(`/api/v1/images/${id}/facts?see=subjects`)
    expect(seen.faces.length).toBeGreaterThan(0)
    expect(await drawn('face')).toEqual({ viewBox: '0 0 1280 960', boxes: inPixels(seen) })
    expect((await drawn('subject')).boxes.length).toBeGreaterThan(0)
    const { x, y, width, height } = inPixels(seen)[0] ?? { x: 0, y: 0, width: 0, height: 0 }
    await faces.getByText(`${width} × ${height} px at ${x}, ${y}`).waitFor()
    await expectUsable()
    // The drawing covers the picture, so its coordinates are the picture's.
    const [over, under] = await Promise.all([
      page.locator('svg:has([data-sight])').boundingBox(),
      page.locator('main img').boundingBox(),
    ])
    expect(over).toEqual(under)
    await page.getByRole('switch', { name: 'Faces' }).press('Space')
    expect((await drawn('face')).boxes).toEqual([])
    expect((await drawn('subject')).boxes.length).toBeGreaterThan(0)
    await page.reload()
    await faces.waitFor()
    expect(await page.getByRole('switch', { name: 'Faces' }).isChecked()).toBe(false)
    await page.getByRole('switch', { name: 'Faces' }).press('Space')
    expect((await drawn('face')).boxes).toHaveLength(seen.faces.length)
  })

  itWithShared('shows what an entry of the list means, and the other way round', async () => {
    const face = page.getByRole('list', { name: 'Faces' }).getByRole('button').first()
    const box = page.locator('[data-sight=face-0]')
    await face.focus()
    expect(await box.getAttribute('data-highlighted')).toBe('true')
    await page.getByRole('switch', { name: 'Faces' }).focus()
    expect(await box.getAttribute('data-highlighted')).toBeNull()
    await box.hover()
    expect(await face.getAttribute('data-highlighted')).toBe('true')
  })

  itWithShared('outlines the part that a smart crop keeps', async () => {
    await page.getByRole('radiogroup', { name: 'Shape of the crop' }).getByText('9:16').click()
    const cut = page.locator('[data-cut] rect')
    const size = [await cut.getAttribute('width'), await cut.getAttribute('height')].map(Number)
    const made = await server.api('/api/v1/transform', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        source: { asset: 'woman.jpg' },
        pipeline: [{ op: 'smartCrop', aspect: '9:16' }],
        output: { format: 'png' },
      }),
    })
    const bytes = Buffer.from(await made.arrayBuffer())
    const { width, height } = await sharp(bytes).metadata()
    expect(size).toEqual([width, height])
    // The same part, too, not only the same size.
    const [left, top] = [await cut.getAttribute('x'), await cut.getAttribute('y')].map(Number)
    const expected = await sharp(photo())
      .extract({ left: left ?? 0, top: top ?? 0, width, height })
      .raw()
      .toBuffer()
    const pixels = await sharp(bytes).removeAlpha().raw().toBuffer()
    const difference = pixels.reduce((sum, value, index) => sum + Math.abs(value - (expected[index] ?? 0)), 0)
    expect(difference / pixels.length).toBeLessThan(1)
  })

  itWithShared('stores a focal point that keys have set, and clears it', async () => {
    const panel = page.getByRole('region', { name: 'Focal point' })
    const { id } = (await told<{ results: { id: string }[] }>('/api/v1/images/search?q=woman'))
      .results[0] ?? { id: '' }
    const focalPoint = async () =>
      (await told<{ focal_point: object | null }>(`/api/v1/images/${id}`)).focal_point
    await panel.getByRole('button', { name: 'Set it' }).press('Enter')
    const crossHair = page.getByRole('button', { name: /^Focal point, 50 % from the left, 50 %/ })
    await expect
      .poll(() => crossHair.evaluate((self) => self === document.activeElement), { timeout: patientMs })
      .toBe(true)
    for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowUp', 'Enter']) await page.keyboard.press(key)
    await panel.getByRole('button', { name: 'Move it' }).waitFor()
    expect(await focalPoint()).toEqual({ x: 0.52, y: 0.4 })
    const place = await page.locator('[data-focal]').getAttribute('transform')
    expect(place).toMatch(/^translate\(665\.6 384\)/)
    await panel.getByRole('button', { name: 'Move it' }).click()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    await panel.getByText('52 % from the left, 40 % from the top.').waitFor()
    await panel.getByRole('button', { name: 'Move it' }).click()
    const picture = page.locator('main img')
    const { width = 0, height = 0 } = (await picture.boundingBox()) ?? {}
    await picture.click({ position: { x: width / 4, y: height / 4 }, force: true })
    await panel.getByRole('button', { name: 'Save' }).click()
    await panel.getByRole('button', { name: 'Move it' }).waitFor()
    const { x, y } = (await focalPoint()) as { x: number; y: number }
    expect([x, y].map((share) => Math.round(share * 100))).toEqual([25, 25])
    await panel.getByRole('button', { name: 'Clear' }).click()
    await panel.getByText('Not set').waitFor()
    expect(await focalPoint()).toBeNull()
  })

  itWithShared('draws upright what the file holds turned', async () => {
    const turned = await sharp(photo())
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer()
    const id = await stored(turned, 'turned.jpg')
    await open(id)
    await page.getByRole('list', { name: 'Faces' }).waitFor()
    const seen = await told<Seen>(`/api/v1/images/${id}/facts?see=faces`)
    const { viewBox, boxes } = await drawn('face')
    expect([viewBox, boxes]).toEqual(['0 0 1280 960', inPixels(seen)])
    // Her face, where it is marked by hand: 666–739 and 403–494 px.
    const { x, y, width, height } = boxes[0] ?? { x: 0, y: 0, width: 0, height: 0 }
    expect([x + width / 2 > 666, x + width / 2 < 739, y + height / 2 > 403, y + height / 2 < 494]).toEqual(
      Array(4).fill(true),
    )
    const size = await page.locator('main img').evaluate((img) => {
      const { naturalWidth, naturalHeight } = img as HTMLImageElement
      return naturalWidth / naturalHeight
    })
    expect(size).toBeCloseTo(1280 / 960, 2)
  })

  it('says how to get models where there are none', async () => {
    const without = await startServer({ env: { FOVEA_WORKERS: '1' } })
    const context = await browser.newContext()
    try {
      const other = await context.newPage()
      other.setDefaultTimeout(patientMs)
      await other.goto(`${without.url}/console/sign-in`)
      await other.getByLabel('E-mail address').fill(without.firstRun.email)
      await other.getByLabel('Password').fill(without.firstRun.password)
      await other.getByRole('button', { name: 'Sign in' }).click()
      await other.getByText('landscape.jpg').click()
      await other.getByText('fovea models prepare').waitFor()
      await other.getByRole('button', { name: 'Look again' }).waitFor()
    } finally {
      await context.close()
      await without.stop()
    }
  })
})

describe.skipIf(!mayRunChromium)('a session', () => {
  it('that has ended leads to the sign-in and back to the same page', async () => {
    await page.goto(at('/console/p/demo/library?folder=trips'))
    await page.getByRole('link', { name: /north/ }).waitFor()
    await page.context().clearCookies()
    await page.getByRole('link', { name: /north/ }).click()
    await heading('Sign in').waitFor()
    await signIn()
    await page.getByText('fjord.jpg').waitFor()
    expect(new URL(page.url()).search).toBe('?folder=trips%2Fnorth')
  })

  it('ends when somebody signs out, and remembers how the console looks', async () => {
    const account = page.getByRole('button', { name: `Your account, ${server.firstRun.email}` })
    await account.click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await page.reload()
    await account.click()
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark')
    expect(await violations()).toEqual([])
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await heading('Sign in').waitFor()
    const cookies = await page.context().cookies()
    expect(cookies.map(({ name }) => name)).toEqual([])
  })

  it('never made the browser refuse anything', () => {
    expect(complaints).toEqual([])
  })
})
