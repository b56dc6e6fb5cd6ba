/**
 * Addresses of pictures on this server, in a size for a place of the page.
 *
 * The path keeps its own extension, which no other image of the project has at this name, and the version that the API
 * hands out, so browsers may keep what they got. What is not open to everybody is signed here, for who may sign: an
 * editor, on a page that browsers trust with cryptography (https, or this very machine).
 */
import { type DeliveryParameters, deliveryUrl } from '@fovea/client/url'
import { useQuery } from '@tanstack/react-query'
import { openProject } from './projects.ts'

export interface Shown {
  readonly path: string
  readonly visibility: 'public' | 'private'
  /** An address of the image that the API has handed out. */
  readonly cdnUrl: string
}

/** A signed address works for as long, seconds; a page asks for new ones after half of it. */
const signedSeconds = 24 * 60 * 60

export type Sized = Pick<DeliveryParameters, 'w' | 'h' | 'fit'>

interface PictureAddress {
  /** Absent while it is not known, and for who may not see it. */
  readonly url: string | undefined
  readonly isRefused: boolean
}

export function usePictures(
  project: string,
  image: Shown,
  sizes: readonly Sized[],
): readonly PictureAddress[] {
  const { data: access, isError } = useQuery({
    queryKey: ['access', project],
    queryFn: ({ signal }) => openProject(project).session.access({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const isOpen = access === 'open' && image.visibility === 'public'
  const v = versionIn(image.cdnUrl)
  const parameters = sizes.map((size) => ({ ...size, ...(v === undefined ? {} : { v }) }))
  const signed = useQuery({
    queryKey: ['signed', project, image.path, parameters],
    queryFn: () => {
      const { images } = openProject(project).session
      return Promise.all(
        parameters.map((each) => images.signedDeliveryUrl(image.path, each, { expires: signedSeconds })),
      )
    },
    enabled: access !== undefined && !isOpen,
    staleTime: (signedSeconds / 2) * 1000,
  })
  if (isOpen) {
    const place = { url: '', project }
    return parameters.map((each) => ({ url: deliveryUrl(place, image.path, each), isRefused: false }))
  }
  return sizes.map((_, index) => ({ url: signed.data?.[index], isRefused: isError || signed.isError }))
}

function versionIn(cdnUrl: string): string | undefined {
  return URL.parse(cdnUrl)?.searchParams.get('v') ?? undefined
}
