/** A whole path of an asset as clients write it in JSON and queries: checked, in NFC. */
import { normaliseAssetPath } from '@fovea/core'
import * as z from 'zod'

export const assetPath = z
  .string()
  .max(4096)
  .transform((text, context) => {
    const path = normaliseAssetPath(text)
    if (typeof path === 'string') return path
    context.addIssue({ code: 'custom', message: path.sentence })
    return z.NEVER
  })
