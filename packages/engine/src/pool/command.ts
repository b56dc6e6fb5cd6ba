/** The command line and the listed environment of a decoding child: nothing of the server's own leaks into it. */
import { delimiter } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ChildCommand } from './child.ts'
import type { PoolOptions } from './pool-types.ts'
import { isReadable } from './readable.ts'
import type { SandboxOptions } from './sandbox.ts'

/**
 * Under 2 GiB V8 does not start, under 4 the threads of a WebAssembly decoder do not; the resident memory is bounded
 * by the watch, not by this.
 */
const leastAddressBytes = 4 * 2 ** 30
/** Addresses that Node, V8 and libvips map without using them. */
const idleAddressBytes = 2 * 2 ** 30
const heapMegabytes = 256
/** 64 KiB each. V8 reserves what a WebAssembly memory may grow to, which unbounded is all the addresses there are. */
const wasmPages = 8_192

/** Node's own flags for a child; the compile cache holds for the same flags only. */
export const childFlags: readonly string[] = [
  `--max-old-space-size=${heapMegabytes}`,
  `--wasm-max-mem-pages=${wasmPages}`,
  '--disable-wasm-trap-handler',
]

export interface CrewCommand {
  /** A child's command behind the words of a sandbox. */
  readonly command: (wrap: readonly string[], uid: number) => ChildCommand
  /** What to try, or a sentence saying why nothing is. */
  readonly sandbox: SandboxOptions | string
}

/** `cachePath` tells where the child's compiled code lies, if anywhere. */
export function childCommand(
  options: PoolOptions,
  cachePath: (uid: number) => string | undefined,
): CrewCommand {
  const entry = options.workerEntry ?? fileURLToPath(new URL('../worker.ts', import.meta.url))
  const node = [process.execPath, ...childFlags]
  if (options.preload !== undefined) node.push('--import', pathToFileURL(options.preload).href)
  node.push(entry)
  return {
    command: (wrap, uid) => {
      const [file = process.execPath, ...args] = [...wrap, ...node]
      return { file, args, env: environment(options, cachePath(uid)) }
    },
    sandbox: sandboxOptions(options),
  }
}

function sandboxOptions({ sandbox, maxWorkerBytes, usesGraphics }: PoolOptions): SandboxOptions | string {
  if (sandbox === 'off') return 'Decoding processes are not sandboxed: it is switched off.'
  if (process.platform !== 'linux')
    return `Decoding processes are not sandboxed: ${process.platform} has no tools for it.`
  return {
    isRoot: process.getuid?.() === 0,
    addressBytes:
      usesGraphics === true ? undefined : Math.max(leastAddressBytes, idleAddressBytes + maxWorkerBytes),
  }
}

function environment(
  { readablePaths = [], modelDirectories = [], warmModels = [], usesGraphics }: PoolOptions,
  compileCache: string | undefined,
): Readonly<Record<string, string>> {
  // What the server itself cannot read, a child need not prove.
  const provable = readablePaths.filter(isReadable)
  return {
    PATH: '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    // Two arenas instead of eight per core: a quarter less resident memory, no measurable CPU.
    MALLOC_ARENA_MAX: '2',
    UV_THREADPOOL_SIZE: '2',
    // libvips would put large images into files in /tmp, which children may not write: they count as memory.
    VIPS_DISC_THRESHOLD: '64g',
    // Its driver would keep compiled kernels in files.
    ...(usesGraphics === true ? { CUDA_CACHE_DISABLE: '1' } : {}),
    ...(compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }),
    ...(modelDirectories.length === 0 ? {} : { FOVEA_WORKER_MODELS: modelDirectories.join(delimiter) }),
    ...(warmModels.length === 0 ? {} : { FOVEA_WORKER_WARM_MODELS: warmModels.join(',') }),
    ...(provable.length === 0 ? {} : { FOVEA_WORKER_READABLE: provable.join(delimiter) }),
  }
}
