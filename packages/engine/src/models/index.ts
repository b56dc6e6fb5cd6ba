/** The registry of models: one line each, for each task the best first. */
import { blazeface } from './blazeface.ts'
import type { Model, Task } from './model.ts'
import { nanodet } from './nanodet.ts'
import { realEsrgan, realEsrganTorch } from './real-esrgan.ts'
import { u2netp } from './u2netp.ts'
import { yoloxNano } from './yolox-nano.ts'
import { yunet } from './yunet.ts'

export const models: { readonly [T in Task]: readonly Model<T>[] } = {
  faces: [yunet, blazeface],
  subjects: [yoloxNano, nanodet],
  matte: [u2netp],
  upscale: [realEsrganTorch, realEsrgan],
}

/** What the engine asks for each work: the models whose answers it may put together. */
export const tasksFor = {
  faces: ['faces'],
  subjects: ['faces', 'subjects', 'matte'],
  matte: ['matte'],
  upscale: ['upscale'],
} as const satisfies Record<string, readonly Task[]>

export const tasks = Object.keys(models) as readonly Task[]
