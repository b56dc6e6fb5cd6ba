/**
 * What the metadata of a file says, joined: EXIF first, then IPTC, then XMP, each filling what the one before left
 * out. Where the picture was taken and what identifies a person's equipment is told only to those who may ask.
 */
import type { FactsOutput } from '@fovea/core/model'
import type { PictureDetails } from '../pool/picture-facts.ts'
import type { MetadataBlocks } from './blocks.ts'
import { detailsInExif } from './exif.ts'
import { detailsInIptc } from './iptc.ts'
import { detailsInXmp } from './xmp.ts'

/** Never throws; empty when there is nothing. */
export function detailsIn(
  { exif, iptc, xmp }: MetadataBlocks,
  told: Exclude<FactsOutput['details'], 'none'>,
): PictureDetails {
  const found: readonly PictureDetails[] = [
    exif === undefined ? {} : detailsInExif(exif),
    iptc === undefined ? {} : detailsInIptc(iptc),
    xmp === undefined ? {} : detailsInXmp(xmp),
  ]
  const [first = {}, second = {}, third = {}] = found
  const { location: _, equipment: __, ...open } = { ...third, ...second, ...first }
  if (told === 'public') return open
  const location = { ...third.location, ...second.location, ...first.location }
  return {
    ...open,
    ...(Object.keys(location).length === 0 ? {} : { location }),
    ...(first.equipment === undefined ? {} : { equipment: first.equipment }),
  }
}
