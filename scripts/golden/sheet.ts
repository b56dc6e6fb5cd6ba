/** A sheet of golden images that changed: what was kept, what is made now, and where they differ. */
import sharp, { type OverlayOptions } from 'sharp'

export interface Changed {
  readonly label: string
  /** Absent for a new one. */
  readonly kept: Uint8Array | undefined
  readonly made: Uint8Array
}

const cell = { width: 250, height: 170, label: 26 }
const columns = 6
const lettersPerLine = 40

/** One picture for what is new; kept, made and difference beside each other for what changed. */
export async function writeSheet(path: string, changed: readonly Changed[]): Promise<void> {
  const layers: OverlayOptions[] = []
  let place = 0
  for (const one of changed) {
    const pictures = one.kept === undefined ? [one.made] : [one.kept, one.made, await differenceOf(one)]
    // What belongs together stands in one row.
    if ((place % columns) + pictures.length > columns) place += columns - (place % columns)
    layers.push({ input: label(one.label), ...positionOf(place, cell.height) })
    for (const picture of pictures) {
      if (picture !== undefined) layers.push({ input: await fitted(picture), ...positionOf(place, 0) })
      place++
    }
  }
  const height = Math.ceil(place / columns) * (cell.height + cell.label)
  await sharp({ create: { width: columns * cell.width, height, channels: 3, background: '#b0b0b0' } })
    .composite(layers)
    .png()
    .toFile(path)
}

function positionOf(place: number, below: number): { left: number; top: number } {
  const row = Math.floor(place / columns)
  return { left: (place % columns) * cell.width, top: row * (cell.height + cell.label) + below }
}

/** Differences five times as strong, where the sizes still agree. */
async function differenceOf({ kept, made }: Changed): Promise<Uint8Array | undefined> {
  if (kept === undefined) return undefined
  const [before, after] = [await flatPixels(kept), await flatPixels(made)]
  const { width, height } = after.info
  if (before.info.width !== width || before.info.height !== height) return undefined
  const data = Buffer.from(
    after.data.map((value, at) => Math.min(255, 5 * Math.abs(value - (before.data[at] ?? 0)))),
  )
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

async function flatPixels(bytes: Uint8Array) {
  return sharp(bytes)
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
}

async function fitted(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes)
    .resize(cell.width - 8, cell.height - 8, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer()
}

function label(text: string): Buffer {
  const escaped = (line: string) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const lines = (text.match(new RegExp(`.{1,${lettersPerLine}}`, 'g')) ?? []).slice(0, 2)
  const drawn = lines.map((line, at) => `<text x="4" y="${9 + 11 * at}">${escaped(line)}</text>`).join('')
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${cell.width}" height="${cell.label}" font-size="10" font-family="monospace">${drawn}</svg>`,
  )
}
