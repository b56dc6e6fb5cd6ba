/**
 * The one place that sets sharp up, so that its settings are in force before the first image.
 *
 * One thread per image (the pool runs several processes), no operation cache (sources do not repeat in a child),
 * and only the loaders of our own formats: whatever else libvips could open stays closed even if sniffing erred.
 */
import sharp from 'sharp'
import { codecs } from '../codecs/index.ts'

sharp.concurrency(1)
sharp.cache(false)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: codecs.flatMap((codec) => [...codec.loaders]) })

export { sharp }
