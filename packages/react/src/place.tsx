/** Where the pictures of the components inside are served. */
'use client'

import type { Place } from '@fovea/client/url'
import { createContext, type ReactNode, useContext, useMemo } from 'react'

const PlaceContext = createContext<Place | undefined>(undefined)

/** `url`: how a browser reaches the server, without a slash at the end. */
export function FoveaProvider({ url, project, children }: Place & { readonly children?: ReactNode }) {
  const place = useMemo(() => ({ url, project }), [url, project])
  return <PlaceContext value={place}>{children}</PlaceContext>
}

/** @throws Error outside a provider */
export function usePlace(): Place {
  const place = useContext(PlaceContext)
  if (place === undefined)
    throw new Error('An Image of @fovea/react stands outside <FoveaProvider url project>.')
  return place
}
