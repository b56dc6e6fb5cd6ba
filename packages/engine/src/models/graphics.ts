/**
 * Whether models can run on a graphics processor.
 *
 * onnxruntime's CUDA libraries (400 MB) come by an extra step of its installation, so they are there only where somebody
 * wants them. Loads nothing native: the server asks too.
 */
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const library = 'libonnxruntime_providers_cuda.so'
/** The device by which programs ask NVIDIA's driver for all others. */
const driver = '/dev/nvidiactl'

/** @param runtime folder of the package onnxruntime-node */
export function hasGraphics(runtime = runtimeFolder(), device = driver): boolean {
  if (!existsSync(device)) return false
  const bin = join(runtime, 'bin')
  return readdirSync(bin).some((version) =>
    existsSync(join(bin, version, process.platform, process.arch, library)),
  )
}

function runtimeFolder(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')))
}
