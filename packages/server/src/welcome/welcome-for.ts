/** The welcome page of a running server: the sample pictures that are still there and open to everybody. */
import { type AssetService, orientedSize } from '../assets/index.ts'
import type { ProjectService } from '../projects/index.ts'
import type { Sample } from './markup.ts'
import { welcomePage } from './page.ts'

export interface WelcomeDependencies {
  readonly publicUrl: string
  readonly projects: Pick<ProjectService, 'resolve'>
  readonly assets: Pick<AssetService, 'findForDelivery'>
}

const slug = 'demo'

/** Only the pictures of a first start: a page without sign-in must not list what else is stored. */
const samplePaths = ['landscape.jpg', 'product.jpg', 'poster.png', 'blink.gif']

export async function welcomeFor({ publicUrl, projects, assets }: WelcomeDependencies): Promise<string> {
  const project = await projects.resolve(slug)
  const isOpen = project?.settings.access === 'open'
  const found = isOpen
    ? await Promise.all(samplePaths.map((path) => assets.findForDelivery(project, path, 'exact')))
    : []
  const samples = found.flatMap((asset): Sample[] =>
    asset?.visibility === 'public' ? [{ path: asset.path, ...orientedSize(asset.facts) }] : [],
  )
  return welcomePage({ publicUrl, project: slug, samples })
}
