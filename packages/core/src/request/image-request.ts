/** The typed request every dialect compiles to: load / operate / save, plus who asked and how to answer. */
import type { FocalPoint } from '../geometry/gravity.ts'
import type { Pipeline } from '../operations/index.ts'
import type { Output } from './output.ts'
import type { SignatureScheme } from './signature-schemes.ts'

/** What the caller names. `path` is decoded, without a leading slash, and never contains `.`/`..` segments or NUL. */
export interface AssetRef {
  readonly kind: 'asset'
  readonly path: string
  /** `exact` wants this very path; `stem` falls back to the newest asset whose path matches without extension. */
  readonly match: 'exact' | 'stem'
  /** Name of the origin it comes from; without one the path decides, uploads first. */
  readonly origin?: string
  /**
   * What is meant may be an address of the web that was written without its scheme, as it stands in the request. The
   * project's web proxy is asked for it, over https and then http, where it may fetch from that host.
   */
  readonly address?: string
  /** Raw query of the request: an origin's settings say which parameters tell its pictures apart. */
  readonly query?: string
}

/** Where bytes come from: an image of the project, or one of the web. */
export type SourceRef = AssetRef | { readonly kind: 'url'; readonly url: string }

export interface DecodeOptions {
  /** Apply the EXIF orientation before anything else. */
  readonly orient: boolean
  /** Of a document with pages (PDF), from 1; absent: the first. Says nothing about pictures that are no documents. */
  readonly page?: number
  /**
   * What cuts without a place of their own keep in the middle, as parts of the sides of the upright picture. Set by who
   * found the source, where the pipeline has such a cut; no dialect knows it.
   */
  readonly focalPoint?: FocalPoint
}

export interface SignedText {
  readonly scheme: SignatureScheme
  /** The signature as sent, undecoded. */
  readonly value: string
  /** The exact raw bytes (as text) it must cover. */
  readonly signedText: string
  /** Other readings of it that a service's clients sign: any of them will do. */
  readonly otherTexts?: readonly string[]
  /** Whoever has the URL may change which pictures lie over the source: private ones need more than this signature. */
  readonly sourceOnly?: true
  readonly keyId?: string
  /** Unix seconds. */
  readonly expiresAt?: number
}

export interface ImageRequest {
  readonly source: SourceRef
  readonly decode: DecodeOptions
  readonly pipeline: Pipeline
  readonly output: Output
  readonly signature?: SignedText
  /** Token of an access link, as sent: the server knows which image it opens, and until when. */
  readonly accessLink?: string
  /** The dialect never serves without a valid signature (signed payload), whatever the project's access mode. */
  readonly signatureRequired: boolean
  /** Unix seconds from which on nobody is answered, with a signature or without. */
  readonly expiresAt?: number
  /** How to answer; never part of a key. */
  readonly delivery: {
    /** Nothing was asked of the picture: a web-safe original at exactly this path may be sent as it is. */
    readonly originalIfExact: boolean
    /** The URL names a version or is signed for good: it may be cached for a year. */
    readonly immutable: boolean
    /** Version token the URL names (`?v=`): kept so that the request can be written as a URL again. */
    readonly version?: string
    /** Negotiation looked at `Accept`. */
    readonly negotiated: boolean
    /** Other request headers that were looked at (`DPR`, `Width`, …): named in `Vary`, and never answered from memory. */
    readonly vary?: readonly string[]
    /** The preset the request named; its parameters are in the pipeline already. */
    readonly preset?: string
    /** Nothing but that preset was asked for. */
    readonly presetOnly?: true
    /** The project's watermark is left out; such a request needs a signature. */
    readonly unmarked?: true
    /** File name for `Content-Disposition: attachment`. */
    readonly download?: string
    /** File name for `Content-Disposition: inline`: what the picture is called when somebody saves it. */
    readonly inlineName?: string
    /** Headers in which the vendor tells a client how its request was read; for `decorate`. */
    readonly echo?: Readonly<Record<string, string>>
  }
}
