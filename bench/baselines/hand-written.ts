/**
 * What a careful author writes against bare sharp for the pipeline of bench/pipeline.ts: two instances, pixels handed
 * over raw between them. One process, one photo after the other: { ready }, { path, lossless }, { cpuMs, bytes }.
 */
import sharp from 'sharp'

sharp.concurrency(1)
sharp.cache(false)

const width = 1600
const cut = { top: 200, height: 1200 }
const border = 12

async function handWritten(path: string, lossless: boolean): Promise<Uint8Array> {
  const { width: stored = 1, height: storedHeight = 1 } = await sharp(path).metadata()
  const height = Math.round((storedHeight * width) / stored)
  const { data, info } = await sharp(path, { limitInputPixels: false })
    .resize({ width, height, fit: 'fill', kernel: 'lanczos3' })
    .flop()
    .rotate(90)
    .extract({ left: 0, top: cut.top, width: height, height: cut.height })
    .modulate({ saturation: 1.2 })
    .sharpen({ sigma: 1 })
    .linear(1.21, -26.775)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
    .flip()
    .extend({ top: border, bottom: border, left: border, right: border, background: '#204060' })
    .blur(0.6)
    .webp(lossless ? { lossless, effort: 0 } : { quality: 80, effort: 2 })
    .toBuffer()
}

process.on('message', async ({ path, lossless }: { path: string; lossless: boolean }) => {
  const before = process.cpuUsage()
  const bytes = await handWritten(path, lossless)
  const { user, system } = process.cpuUsage(before)
  process.send?.({ cpuMs: (user + system) / 1000, bytes: Buffer.from(bytes).toString('base64') })
})
process.send?.('ready')
