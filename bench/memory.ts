/**
 * Memory over a long run of cold transforms: highest sum of PSS of all processes during requests 1 900–2 000
 * against the highest during 100–200. Sources of 12–24 MP in turn, closed loop at 2 × cores.
 */
import { availableParallelism } from 'node:os'
import { photos12to24 } from './lib/photos.ts'
import { pssBytes } from './lib/process-tree.ts'
import { report } from './lib/report.ts'
import { removeDir, startServer, temporaryDir, upload } from './lib/server.ts'

const total = Number(process.env.BENCH_REQUESTS ?? 2000)
const inFlight = availableParallelism() * 2
const workDir = await temporaryDir()
const server = await startServer(workDir)
const photos = await photos12to24(workDir)
for (const [index, photo] of photos.entries()) await upload(server, photo.path, `bench/photo-${index}.jpg`)

let sent = 0
let done = 0
const peaks = { early: 0, late: 0 }
const watch = setInterval(() => {
  const pss = pssBytes(server.pid)
  if (done >= total * 0.05 && done < total * 0.1) peaks.early = Math.max(peaks.early, pss)
  if (done >= total * 0.95) peaks.late = Math.max(peaks.late, pss)
}, 50)
const lane = async () => {
  while (sent < total) {
    const serial = sent++
    const extension = serial % 2 === 0 ? 'webp' : 'jpg'
    const url = `${server.url}/i/demo/bench/photo-${serial % photos.length}.${extension}?w=${600 + (serial % 400)}&q=${60 + Math.floor(serial / 400)}`
    const response = await fetch(url)
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`${url}: ${response.status}`)
    done++
    if (done % 50 === 0) process.stderr.write(`\r${done}/${total}  `)
  }
}
await Promise.all(Array.from({ length: inFlight }, lane))
clearInterval(watch)
process.stderr.write('\n')
const ratio = peaks.late / peaks.early
await report('memory', [
  {
    name: `highest PSS in the last 5 % of ${total} cold transforms / in 5–10 %`,
    target: '≤ 1.3',
    reached: ratio <= 1.3,
    measured: { ratio, earlyMiB: peaks.early / 2 ** 20, lateMiB: peaks.late / 2 ** 20, requests: total },
  },
])
await server.stop()
await removeDir(workDir)
