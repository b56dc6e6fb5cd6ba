/**
 * Cache hits: requests per server CPU-second against a bare node:http server that answers the same bytes from
 * memory, and against nginx serving the file where nginx is installed. Interleaved rounds, keep-alive.
 */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoadOrder, LoadResult } from './lib/load-generator.ts'
import { photo12 } from './lib/photos.ts'
import { cpuSeconds } from './lib/process-tree.ts'
import { type Figure, report } from './lib/report.ts'
import { removeDir, startServer, temporaryDir, upload } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const rounds = Number(process.env.BENCH_PAIRS ?? 20)
const seconds = Number(process.env.BENCH_SECONDS ?? 1.5)
const connections = 32

const workDir = await temporaryDir()
const server = await startServer(join(workDir, 'data'))
const serverPort = Number(new URL(server.url).port)
await upload(server, (await photo12(workDir)).path, 'bench/photo.jpg')
const generator = fork(script('./lib/load-generator.ts'))
const nginx = await startNginx()

const figures: Figure[] = []
for (const wantedBytes of [5_000, 50_000, 200_000]) {
  const { path, body, headers } = await variantOfSize(wantedBytes)
  const bare = fork(script('./baselines/memory-server.ts'))
  const barePort = await new Promise<number>((resolve) => {
    bare.once('message', (message) => resolve((message as { port: number }).port))
    bare.send({ headers, bodyBase64: body.toString('base64') })
  })
  const ratios: number[] = []
  const toNginx: number[] = []
  const rate: Record<'ours' | 'bare' | 'nginx', number[]> = { ours: [], bare: [], nginx: [] }
  if (nginx !== undefined) await writeFile(join(nginx.root, `${wantedBytes}.bin`), body)
  for (let round = -1; round < rounds; round++) {
    const sides = round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)
    const found = { ours: 0, bare: 0 }
    for (const side of sides) {
      found[side] =
        side === 'ours'
          ? await perCpuSecond(server.pid, serverPort, path)
          : await perCpuSecond(bare.pid ?? 0, barePort, '/')
    }
    if (round < 0) continue
    ratios.push(found.ours / found.bare)
    rate.ours.push(found.ours)
    rate.bare.push(found.bare)
    if (nginx !== undefined) {
      const served = await perCpuSecond(nginx.pid, nginx.port, `/${wantedBytes}.bin`)
      rate.nginx.push(served)
      toNginx.push(found.ours / served)
    }
    process.stderr.write(
      `\r${wantedBytes} B ${round + 1}/${rounds} ratio ${(found.ours / found.bare).toFixed(2)}  `,
    )
  }
  process.stderr.write('\n')
  bare.kill()
  const ratio = medianInterval(ratios)
  figures.push({
    name: `hit ${Math.round(wantedBytes / 1000)} KB, requests per server CPU-second / bare node:http`,
    target: '≥ 0.85',
    reached: ratio.median >= 0.85,
    measured: {
      ratio,
      bodyBytes: body.length,
      ours: medianInterval(rate.ours),
      bare: medianInterval(rate.bare),
    },
  })
  if (toNginx.length > 0) {
    const nginxRatio = medianInterval(toNginx)
    figures.push({
      name: `hit ${Math.round(wantedBytes / 1000)} KB against nginx serving the file`,
      target: '≥ 0.25',
      reached: nginxRatio.median >= 0.25,
      measured: { ratio: nginxRatio, nginx: medianInterval(rate.nginx) },
    })
  }
}
await report('hits', figures, [
  `${connections} keep-alive connections, ${seconds} s a round`,
  nginx === undefined
    ? 'nginx is not installed: its ratio was not measured'
    : 'nginx: 1 worker, sendfile, open_file_cache',
])
generator.disconnect()
nginx?.stop()
await server.stop()
await removeDir(workDir)

function script(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

async function perCpuSecond(pid: number, port: number, path: string): Promise<number> {
  const order: LoadOrder = { host: '127.0.0.1', port, path, connections, seconds }
  const before = cpuSeconds(pid)
  const result = await new Promise<LoadResult>((resolve) => {
    generator.once('message', (message) => resolve(message as LoadResult))
    generator.send(order)
  })
  if (result.errors > 0) throw new Error(`${result.errors} errors at ${path}`)
  return result.requests / (cpuSeconds(pid) - before)
}

/** Searches the width whose WebP comes close to the wanted size; the variant is then cached. */
async function variantOfSize(
  wanted: number,
): Promise<{ path: string; body: Buffer; headers: Record<string, string> }> {
  let low = 16
  let high = 4000
  let best = {
    path: '',
    body: Buffer.alloc(0),
    headers: {} as Record<string, string>,
    distance: Number.POSITIVE_INFINITY,
  }
  for (let step = 0; step < 9; step++) {
    const width = Math.round((low + high) / 2)
    const path = `/i/demo/bench/photo.webp?w=${width}&q=80`
    const response = await fetch(server.url + path)
    const body = Buffer.from(await response.arrayBuffer())
    const distance = Math.abs(body.length - wanted)
    if (distance < best.distance) {
      const skip = new Set([
        'connection',
        'keep-alive',
        'date',
        'content-length',
        'transfer-encoding',
        'server-timing',
      ])
      const headers = Object.fromEntries([...response.headers].filter(([name]) => !skip.has(name)))
      best = { path, body, headers, distance }
    }
    if (body.length > wanted) high = width
    else low = width
  }
  return best
}

async function startNginx(): Promise<{ pid: number; port: number; root: string; stop(): void } | undefined> {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  const root = join(workDir, 'nginx')
  await mkdir(root, { recursive: true })
  await chmod(workDir, 0o755)
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const config = `daemon off; master_process off; pid ${root}/pid; error_log ${root}/error.log;
events { worker_connections 512; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100;
  client_body_temp_path ${root}; proxy_temp_path ${root}; fastcgi_temp_path ${root}; uwsgi_temp_path ${root}; scgi_temp_path ${root};
  server { listen 127.0.0.1:${port}; root ${root}; } }`
  await writeFile(join(root, 'nginx.conf'), config)
  const child: ChildProcess = spawn('nginx', ['-c', join(root, 'nginx.conf')], { stdio: 'inherit' })
  await new Promise((resolve) => setTimeout(resolve, 500))
  return { pid: child.pid ?? 0, port, root, stop: () => void child.kill('SIGQUIT') }
}
