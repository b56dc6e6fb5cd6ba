/**
 * A picture that takes the size of its place: `srcset`, no jump while it loads, something to see before it has loaded,
 * other cuts for other pages.
 */
'use client'

import { type ResponsiveOptions, responsiveImage } from '@fovea/client/url'
import { type CSSProperties, type ImgHTMLAttributes, type Ref, useCallback, useState } from 'react'
import { usePlace } from './place.tsx'
import { preloadPicture } from './preload-picture.ts'

type Owned = 'src' | 'srcSet' | 'sizes' | 'width' | 'height' | 'alt' | 'loading' | 'fetchPriority' | 'crop'

/** Another cut, or another picture, where `media` holds. */
export interface ImageSource extends ResponsiveOptions {
  /** As in CSS: `(max-width: 40em)`. */
  readonly media: string
  /** The picture of the component when absent. */
  readonly src?: string | undefined
}

export interface ImageProps extends Omit<ImgHTMLAttributes<HTMLImageElement>, Owned>, ResponsiveOptions {
  /** Path in the project. */
  readonly src: string
  /** What the picture shows, for who cannot see it; empty for decoration. */
  readonly alt: string
  /** For the picture that is seen first: it is fetched at once and before others. Others wait until they come near. */
  readonly priority?: boolean | undefined
  /** Seen until the picture is there: a `data:` URL such as the placeholder of its facts, or a CSS colour. */
  readonly placeholder?: string | undefined
  /** Art direction: the first whose `media` holds is shown. */
  readonly sources?: readonly ImageSource[] | undefined
  /** Of the `<img>`. */
  readonly ref?: Ref<HTMLImageElement> | undefined
}

export function Image({ src, alt, priority = false, placeholder, sources = [], ref, ...props }: ImageProps) {
  const place = usePlace()
  const { options, attributes } = parted(props)
  const picture = responsiveImage(place, src, options)
  const [isLoaded, setLoaded] = useState(false)
  const noteElement = useCallback(
    (img: HTMLImageElement | null) => {
      // A picture that came with the page has loaded before anyone listens.
      if (img?.complete === true && img.naturalWidth > 0) setLoaded(true)
      if (typeof ref === 'function') return ref(img)
      if (ref) ref.current = img
    },
    [ref],
  )
  const cuts = sources.map(({ media, src: other = src, ...cut }) => ({
    media,
    ...responsiveImage(place, other, cut),
  }))
  if (priority) preloadPicture([...cuts, picture])
  const img = (
    <img
      {...attributes}
      ref={noteElement}
      alt={alt}
      {...picture}
      loading={priority ? 'eager' : 'lazy'}
      {...(priority ? { fetchPriority: 'high' as const } : {})}
      decoding="async"
      onLoad={(event) => {
        setLoaded(true)
        attributes.onLoad?.(event)
      }}
      style={{ ...(isLoaded ? {} : backgroundOf(placeholder)), ...fluid, ...attributes.style }}
    />
  )
  if (cuts.length === 0) return img
  return (
    <picture>
      {cuts.map(({ src: _, ...cut }) => (
        <source key={cut.media} {...cut} />
      ))}
      {img}
    </picture>
  )
}

/** Narrower pages shrink the picture; its aspect stays. */
const fluid: CSSProperties = { maxWidth: '100%', height: 'auto' }

/** A record, so that an option which is added to addresses is missed here by the compiler. */
const optionNames: Readonly<Record<keyof ResponsiveOptions, true>> = {
  width: true,
  height: true,
  sizes: true,
  fit: true,
  aspect: true,
  q: true,
  crop: true,
  grayscale: true,
  blur: true,
  sharpen: true,
  rotate: true,
  flip: true,
  preset: true,
  v: true,
  format: true,
}

type Attributes = Omit<ImgHTMLAttributes<HTMLImageElement>, Owned>

/** What asks for the picture, and what belongs to the element. */
function parted(props: Attributes & ResponsiveOptions): {
  readonly options: ResponsiveOptions
  readonly attributes: Attributes
} {
  const pick = (wanted: boolean) =>
    Object.fromEntries(Object.entries(props).filter(([name]) => Object.hasOwn(optionNames, name) === wanted))
  return { options: { ...pick(true), width: props.width }, attributes: pick(false) }
}

function backgroundOf(placeholder: string | undefined): CSSProperties {
  if (placeholder === undefined) return {}
  if (!placeholder.startsWith('data:')) return { backgroundColor: placeholder }
  return {
    backgroundImage: `url("${placeholder.replaceAll('"', '%22')}")`,
    backgroundSize: 'cover',
    backgroundPosition: 'center',
  }
}
