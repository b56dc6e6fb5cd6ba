/** All images below a prefix, page by page as they are asked for. */
import type { Images, ListedImage } from '@fovea/client'

export async function* everyImage(images: Images, prefix: string): AsyncGenerator<ListedImage> {
  let cursor: string | undefined
  do {
    const page = await images.list({ limit: 100, prefix, cursor })
    yield* page.images
    cursor = page.nextCursor
  } while (cursor !== undefined)
}
