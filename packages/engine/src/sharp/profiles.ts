/** The ICC profiles of our working spaces, as libvips bundles them. */
import { sharp } from './setup.ts'

/** Display P3 has sRGB's tone curve, so that colour maths means the same in both. */
export type WorkingSpace = 'srgb' | 'p3'

const profiles = new Map<WorkingSpace, Promise<Uint8Array>>()

/** Some 500 bytes, read once. */
export function profileNamed(space: WorkingSpace): Promise<Uint8Array> {
  const profile = profiles.get(space) ?? readProfile(space)
  profiles.set(space, profile)
  return profile
}

async function readProfile(space: WorkingSpace): Promise<Uint8Array> {
  const pixel = { create: { width: 1, height: 1, channels: 3, background: '#000' } } as const
  const png = await sharp(pixel).withIccProfile(space).png().toBuffer()
  const { icc } = await sharp(png).metadata()
  if (icc === undefined) throw new Error(`sharp has no profile named ${space}`)
  return icc
}
