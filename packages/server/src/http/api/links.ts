/**
 * Addresses the API hands out. They carry a version, so they may be cached for a year: new bytes get new addresses, and
 * so does a new focal point.
 */
import {
  encodeAssetPath,
  type Format,
  formatOfExtension,
  signableText,
  signText,
  splitExtension,
  traitsOf,
  withSignature,
} from '@fovea/core'
import type { AccessLink } from '../../access-links/index.ts'
import { type Image, type StoredSignedUrl, versionToken } from '../../assets/index.ts'
import type { Project, SigningSecret } from '../../projects/index.ts'
import type { ApiContext } from './dependencies.ts'

type LinkContext = Pick<ApiContext, 'publicUrl' | 'digest'>

/** Delivery address of a path, in its own format or another. */
export function deliveryUrl(
  context: LinkContext,
  project: Project,
  image: Pick<Image, 'hash' | 'paths' | 'description'>,
  format?: Format,
  path = image.paths[0] ?? '',
): string {
  const target = encodeAssetPath(format === undefined ? path : pathInFormat(path, format))
  return `${mount(context, project)}${target}?v=${versionToken(image.hash, image.description.focalPoint ?? undefined)}`
}

/** Address that an access link's token opens. */
export function accessLinkUrl(
  context: LinkContext,
  project: Project,
  { path, preset }: AccessLink,
  token: string,
): string {
  const named = preset === null ? '' : `p:${preset}&`
  return `${mount(context, project)}${encodeAssetPath(path)}?${named}link=${token}`
}

/** Where the image is in the API. */
export function imageUrl({ id }: Pick<Image, 'id'>): string {
  return `/api/v1/images/${id}`
}

/** Signs a target and gives its whole address. */
export function signedUrl(
  context: LinkContext,
  project: Project,
  { kid, secret }: SigningSecret,
  unsigned: string,
  expiresAt: number,
): { readonly url: string; readonly stored: StoredSignedUrl } {
  const target = signableText(unsigned, { expiresAt, keyId: kid })
  const url = mount(context, project) + withSignature(target, signText(context.digest, secret, target))
  return { url, stored: { target, kid, expiresAt } }
}

/** Address of a signed URL made earlier; `undefined` when its secret is no longer live. */
export function storedSignedUrl(
  context: LinkContext,
  project: Project,
  { target, kid }: StoredSignedUrl,
): string | undefined {
  const secret = project.signingSecrets.find((live) => live.kid === kid)?.secret
  if (secret === undefined) return undefined
  return mount(context, project) + withSignature(target, signText(context.digest, secret, target))
}

/** The path that asks delivery for a format: its own extension where that already means it. */
export function pathInFormat(path: string, format: Format): string {
  const { stem, extension } = splitExtension(path)
  if (formatOfExtension(extension) === format) return path
  return `${stem}.${traitsOf(format).extensions[0]}`
}

function mount({ publicUrl }: LinkContext, project: Project): string {
  return `${publicUrl}/i/${project.slug}/`
}
