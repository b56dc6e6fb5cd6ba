/**
 * The project's watermark: the last operation of every picture that is delivered, in every dialect.
 *
 * It becomes part of the request after access has been decided, so a listed size stays one, and before anything is
 * identified, so a change of the mark is another picture. The mark itself may be private: the owner shows it to all.
 */
import { type ImageRequest, problem } from '@fovea/core'
import type { Asset } from '../assets/asset.ts'
import type { Project, Watermark } from '../projects/project.ts'
import type { DeliveryContext } from './dependencies.ts'

/** What is told about a picture instead of showing it carries no mark. */
function watermarkOf({ output, delivery }: ImageRequest, { settings }: Project): Watermark | undefined {
  return output.kind === 'image' && delivery.unmarked !== true ? (settings.watermark ?? undefined) : undefined
}

export function withWatermark(wanted: ImageRequest, project: Project): ImageRequest {
  const watermark = watermarkOf(wanted, project)
  if (watermark === undefined) return wanted
  return { ...wanted, pipeline: [...wanted.pipeline, { op: 'overlay', ...watermark }] }
}

/** Whether the mark keeps an untouched original from being sent as it is stored. */
export function marksOriginal(wanted: ImageRequest, project: Project): boolean {
  return project.settings.watermarkOriginals && watermarkOf(wanted, project) !== undefined
}

/**
 * The upload that the mark is. Without it no picture is better than an unmarked one, which caches would keep.
 * @throws Problem `watermark/missing`
 */
export async function findWatermark(
  wanted: ImageRequest,
  project: Project,
  { assets }: Pick<DeliveryContext, 'assets'>,
): Promise<{ readonly picture: Watermark['picture']; readonly asset: Asset } | undefined> {
  const watermark = watermarkOf(wanted, project)
  if (watermark === undefined) return undefined
  const { picture } = watermark
  const asset = await assets.findForDelivery(project, picture.asset, 'exact')
  if (asset !== undefined) return { picture, asset }
  throw problem('watermark/missing', {
    detail:
      'The watermark of this project has been deleted; its owner must upload it again or choose another.',
  })
}
