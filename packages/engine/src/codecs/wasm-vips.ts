/**
 * libvips with libjxl in WebAssembly, loaded by the first picture that needs it and kept warm.
 *
 * A decoding process may address four GiB, and the package reserves more than is left: two GiB of shared memory,
 * and for each of its threads a V8 isolate with 512 MiB for code that it never compiles. Both reservations are cut
 * where they are made; what then does not fit ends as an out-of-memory error of libjxl. One thread at a time works:
 * the pool runs several processes.
 */
import { createRequire } from 'node:module'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type Vips from 'wasm-vips'

/** 64 KiB each: 512 MiB, as the pool allows every WebAssembly memory. */
const maxPages = 8_192
const threadLimits = { codeRangeSizeMb: 16, maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 }

class SmallWorker extends Worker {
  constructor(file: string | URL, options?: WorkerOptions) {
    super(file, { ...options, resourceLimits: threadLimits })
  }
}

let loaded: Promise<typeof Vips> | undefined

export function loadWasmVips(): Promise<typeof Vips> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<typeof Vips> {
  const create = createRequire(import.meta.url)('wasm-vips') as typeof Vips
  const { Memory } = WebAssembly
  WebAssembly.Memory = class extends Memory {
    constructor(wanted: WebAssembly.MemoryDescriptor) {
      super({ ...wanted, maximum: Math.min(wanted.maximum ?? maxPages, maxPages) })
    }
  }
  // The package assigns Node's own class here and takes its threads from it, now and later.
  Object.defineProperty(globalThis, 'Worker', { configurable: true, get: () => SmallWorker, set() {} })
  try {
    const vips = await create({ dynamicLibraries: ['vips-jxl.wasm'], print: () => {}, printErr: () => {} })
    vips.concurrency(1)
    vips.Cache.max(0)
    return vips
  } finally {
    WebAssembly.Memory = Memory
  }
}
