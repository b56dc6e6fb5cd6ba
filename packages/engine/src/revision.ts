/** What made the pixels: part of every variant key, so that an upgrade never serves old bytes under a new name. */
import { profileRevision } from './sharp/profile.ts'
import { sharp } from './sharp/setup.ts'

/** sharp, libvips and our own planning and encoding rules, e.g. `sharp-0.35.5+vips-8.18.7+profile-1`. */
export const engineRevision = `sharp-${sharp.versions.sharp}+vips-${sharp.versions.vips}+profile-${profileRevision}`
