/**
 * `fovea upload` of a folder of photos to a server on the same machine, against copying and hashing the same files
 * with the same number at once. They take turns, and each slice is new to both.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { cliMain } from '../e2e/fovea-command.ts'
import { distinctJpeg, photo12 } from './lib/photos.ts'
import { cpuSeconds } from './lib/process-tree.ts'
import { report } from './lib/report.ts'
import { removeDir, startServer, temporaryDir } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const perRound = Number(process.env.BENCH_PHOTOS ?? 1_000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 4)
const wantedBytes = 2_000_000
const target = 0.7
const concurrency = Number(process.env.BENCH_CONCURRENCY ?? 4)
const copyAndHash = fileURLToPath(new URL('./lib/copy-and-hash.ts', import.meta.url))

interface Spent {
  readonly seconds: number
  readonly cpuSeconds: number
}

const workDir = await temporaryDir()
const base = await photoOf(wantedBytes)
const server = await startServer(join(workDir, 'data'))
const copies: Spent[] = []
const uploads: Spent[] = []
try {
  // The first upload loads the API; a server that runs has done so. Both keep their compiled code.
  const few = await slice(-1, 4)
  await upload(few, 'warm')
  await copy(few, join(workDir, 'copies', 'warm'))
  for (let round = 0; round < rounds; round++) {
    const folder = await slice(round, perRound)
    const both = [
      async () => copies.push(await copy(folder, join(workDir, 'copies', String(round)))),
      async () => uploads.push(await upload(folder, `round-${round}`)),
    ]
    for (const turn of round % 2 === 0 ? both : both.toReversed()) {
      // What writing the photos left to be flushed is nobody's.
      spawnSync('sync')
      await turn()
    }
    await removeDir(folder)
  }
} finally {
  await server.stop()
  await removeDir(workDir)
}

const rate = ({ seconds }: Spent) => perRound / seconds
const ratios = medianInterval(uploads.map((spent, round) => rate(spent) / rate(copies[round] ?? spent)))
const perPhoto = (spent: readonly Spent[], of: (one: Spent) => number) =>
  rounded((medianInterval(spent.map(of)).median / perRound) * 1000)
await report('upload-cli', [
  {
    name: `photos per second, ${rounds} × ${perRound} of ${rounded(base.length / 1e6)} MB, ${concurrency} at once`,
    target: `≥ ${target} × copying and hashing them`,
    reached: ratios.median >= target,
    measured: {
      ratio: ratios,
      photosPerSecond: rounded(medianInterval(uploads.map(rate)).median),
      copiesPerSecond: rounded(medianInterval(copies.map(rate)).median),
      wallMsPerPhoto: perPhoto(uploads, ({ seconds }) => seconds),
      copyWallMsPerPhoto: perPhoto(copies, ({ seconds }) => seconds),
      cpuMsPerPhoto: perPhoto(uploads, (one) => one.cpuSeconds),
      copyCpuMsPerPhoto: perPhoto(copies, (one) => one.cpuSeconds),
    },
  },
])

/** Wall and CPU of all our processes: this one, which waits, the command, the server and its children. */
async function spent(work: () => void): Promise<Spent> {
  const cpu = cpuSeconds(process.pid)
  const started = performance.now()
  work()
  const seconds = (performance.now() - started) / 1000
  return { seconds, cpuSeconds: cpuSeconds(process.pid) - cpu }
}

function copy(from: string, to: string): Promise<Spent> {
  const compiled = { NODE_COMPILE_CACHE: join(workDir, 'compile-cache') }
  return spent(() => run([copyAndHash, from, to, String(concurrency)], compiled))
}

function upload(folder: string, to: string): Promise<Spent> {
  return spent(() =>
    run([cliMain, 'upload', folder, '--to', to, '--quiet', '--concurrency', String(concurrency)], {
      FOVEA_API_URL: server.url,
      FOVEA_API_KEY: server.firstRun.apiKey,
    }),
  )
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
}

/** Photos that differ in a comment alone. */
async function slice(round: number, count: number): Promise<string> {
  const folder = join(workDir, 'photos', String(round))
  await mkdir(folder, { recursive: true })
  for (let index = 0; index < count; index++) {
    await writeFile(join(folder, `${index}.jpg`), distinctJpeg(base, `photo ${round} ${index}`))
  }
  return folder
}

/** A photo of about so many bytes: one that a camera made, in another size. */
async function photoOf(bytes: number): Promise<Buffer> {
  const { path } = await photo12(workDir)
  let { width = 4000 } = await sharp(path).metadata()
  let photo = Buffer.alloc(0)
  while (Math.abs(photo.length - bytes) > bytes / 10) {
    if (photo.length > 0) width = Math.round(width * Math.sqrt(bytes / photo.length))
    photo = await sharp(path).resize(width).jpeg({ quality: 95 }).toBuffer()
  }
  return photo
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
