/** Real-ESRGAN general x4 v3 (SRVGGNetCompact): draws a picture four times as large. 51–80 µs of CPU per pixel. */
import { onDemand } from '../on-demand.ts'
import type { Model } from './model.ts'

const converter = onDemand(() => import('./convert/srvgg.ts'))

const network: Pick<Model<'upscale'>, 'task' | 'run'> = {
  task: 'upscale',
  async run(session, picture) {
    const { width, height, planes } = picture.whole()
    const [name = ''] = session.outputs
    const { [name]: read = new Float32Array() } = await session.run(planes, [1, 3, height, width], [name])
    return { width: width * 4, height: height * 4, planes: read }
  },
}

const rights = { licence: 'BSD-3-Clause', origin: 'xinntao/Real-ESRGAN' } as const

/** As its makers offer it: weights of PyTorch, which are converted each time they are loaded (0.1 s). */
export const realEsrganTorch: Model<'upscale'> = {
  ...network,
  id: 'realesr-general-x4v3-2',
  weights: {
    ...rights,
    file: 'realesr_general_x4v3/realesr-general-x4v3.pth',
    bytes: 4_885_111,
    sha256: '8dc7edb9ac80ccdc30c3a5dca6616509367f05fbc184ad95b731f05bece96292',
    url: 'https://github.com/xinntao/Real-ESRGAN/releases/download/v0.2.5.0/realesr-general-x4v3.pth',
  },
  toOnnx: async (bytes) => (await converter()).srvggToOnnx(bytes),
}

/** Converted, with weights rounded to 16 bits. Nobody is known to offer this file, so it is put there by hand. */
export const realEsrgan: Model<'upscale'> = {
  ...network,
  id: 'realesr-general-x4v3-1',
  weights: {
    ...rights,
    file: 'realesr_general_x4v3/realesr_general_x4.onnx',
    bytes: 4_859_438,
    sha256: '003917766f1fb9db8f9b8e9d162f36ed74ee45fae8866e149fd8be5374d07051',
  },
}
