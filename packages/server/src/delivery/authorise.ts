/**
 * Decides whether a request may be answered. Fails closed, and before the asset is looked up wherever possible, so
 * that an unsigned caller of a signed project learns nothing about what is stored there.
 */
import { type Digest, type ImageRequest, problem, verifySignature } from '@fovea/core'
import type { AccessLink } from '../access-links/access-link.ts'
import type { Asset } from '../assets/asset.ts'
import type { Project } from '../projects/project.ts'
import { isListed } from './listed.ts'

interface Credentials {
  readonly digest: Digest
  readonly nowSeconds: number
  /** The one that the URL names, open. */
  readonly link: AccessLink | undefined
}

/**
 * Checks what the URL alone decides. A signature that is present must hold even where none is needed: otherwise a
 * changed URL would be answered as if it were the signed one. An access link passes by the project's access mode, and
 * not by what only the owner may sign.
 * @throws Problem `signature/missing`, `signature/invalid`, `signature/expired`, `access/not-listed`, `link/other-variant`
 */
export function authoriseUrl(
  wanted: ImageRequest,
  project: Project,
  { digest, nowSeconds, link }: Credentials,
): void {
  if (link !== undefined) authoriseVariant(wanted, link)
  if (wanted.signature !== undefined)
    verifySignature(digest, wanted.signature, project.signingSecrets, nowSeconds)
  else if (wanted.signatureRequired) {
    throw problem('signature/missing', {
      detail: 'URLs of this form are only served with a signature: add "sig".',
    })
  } else if (link === undefined) {
    authoriseUnsigned(wanted, project)
  }
  if (wanted.expiresAt !== undefined && nowSeconds >= wanted.expiresAt) {
    throw problem('signature/expired', {
      detail: 'The URL is past its expiry time.',
      members: { expiresAt: wanted.expiresAt },
    })
  }
}

function authoriseUnsigned(wanted: ImageRequest, { settings }: Project): void {
  if (settings.access === 'signed')
    throw problem('signature/missing', { detail: 'This project only serves signed URLs: add "sig".' })
  if (settings.access === 'listed' && !isListed(wanted, settings)) {
    throw problem('access/not-listed', {
      detail: 'Without a signature this project serves presets and listed sizes only.',
    })
  }
}

function authoriseVariant({ delivery }: ImageRequest, { preset }: AccessLink): void {
  if (preset === null || (delivery.presetOnly === true && delivery.preset === preset)) return
  throw problem('link/other-variant', {
    detail: `This link shows the image in the preset "${preset}" only: add "p:${preset}" and nothing else.`,
  })
}

/**
 * Checks which page wants to show the picture. A request that does not say passes: browsers, proxies and people leave
 * the header out for good reasons, so this keeps honest pages from using the pictures and nobody else.
 * @throws Problem `access/referrer`
 */
export function authoriseReferrer(referrer: string | undefined, project: Project): void {
  const { allowedReferrers } = project.settings
  if (allowedReferrers.length === 0 || referrer === undefined || referrer === '') return
  const host = URL.parse(referrer)?.hostname ?? ''
  const isAllowed = allowedReferrers.some((pattern) =>
    pattern.startsWith('*.')
      ? host === pattern.slice(2) || host.endsWith(pattern.slice(1))
      : host === pattern,
  )
  if (isAllowed) return
  throw problem('access/referrer', {
    detail: 'The page that shows this image is not one the project allows.',
  })
}

/**
 * Checks what a picture beside the source decides: a private one is only for holders of a URL whose signature covers it.
 * @throws Problem `signature/missing`
 */
export function authorisePicture(wanted: ImageRequest, picture: Pick<Asset, 'visibility'>): void {
  const { signature, ...unsigned } = wanted
  authoriseAsset(signature?.sourceOnly === true ? unsigned : wanted, picture)
}

/**
 * Checks what the asset decides: a private one is only for holders of a signed URL.
 * @throws Problem `signature/missing`
 */
export function authoriseAsset(wanted: ImageRequest, asset: Pick<Asset, 'visibility'>): void {
  if (asset.visibility === 'private' && wanted.signature === undefined) {
    throw problem('signature/missing', { detail: 'This image is private and needs a signed URL.' })
  }
}
