/**
 * Baseline of the cold bench: what 20 lines around sharp cost. Reads jobs from the parent, keeps four in flight
 * (2 × cores), answers with its own CPU seconds for the batch.
 */
import sharp from 'sharp'

sharp.cache(false)
sharp.concurrency(1)

export interface LoopBatch {
  readonly path: string
  readonly jobs: readonly {
    readonly width: number
    readonly quality: number
    readonly format: 'webp' | 'jpeg'
  }[]
  readonly inFlight: number
}

process.on('message', async (batch: LoopBatch) => {
  const before = process.cpuUsage()
  const queue = [...batch.jobs]
  let bytes = 0
  const lane = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const image = sharp(batch.path).autoOrient().resize(job.width)
      const encoded =
        job.format === 'webp'
          ? image.webp({ quality: job.quality, effort: 2 })
          : image.jpeg({ quality: job.quality })
      bytes += (await encoded.toBuffer()).length
    }
  }
  await Promise.all(Array.from({ length: batch.inFlight }, lane))
  const used = process.cpuUsage(before)
  process.send?.({ cpuSeconds: (used.user + used.system) / 1e6, bytes })
})
