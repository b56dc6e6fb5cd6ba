/**
 * libvips with libjxl in WebAssembly, loaded by the first picture that needs it and kept warm.
 *
 * Its memory is shared between threads and therefore reserved whole: two GiB in the package, more than a decoding
 * process may address beside everything else. The reservation is cut while the module loads; what does not fit ends
 * as an out-of-memory error of libjxl. One thread: the pool runs several processes.
 */
import { createRequire } from 'node:module'
import type Vips from 'wasm-vips'

/** 64 KiB each: 640 MiB. */
const maxPages = 10_240

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
  try {
    const vips = await create({ dynamicLibraries: ['vips-jxl.wasm'], print: () => {}, printErr: () => {} })
    vips.concurrency(1)
    vips.Cache.max(0)
    return vips
  } finally {
    WebAssembly.Memory = Memory
  }
}
