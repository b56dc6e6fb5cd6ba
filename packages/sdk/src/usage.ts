/** What a project has used in the current calendar month (UTC), against what its plan allows. */

export interface Amounts {
  readonly uploads: number
  readonly bandwidthBytes: number
  readonly apiRequests: number
  readonly transforms: number
}

export interface Usage {
  /** Id of the plan. */
  readonly plan: string
  /** `2026-11`. */
  readonly period: string
  readonly used: Amounts
  /** `null` = without limit. */
  readonly allowed: { readonly [K in keyof Amounts]: number | null } & {
    readonly storageBytes: number | null
  }
  readonly images: number
  readonly storageBytes: number
}

/** The part of the answer that is read; see the img-src contract. */
export interface WireUsage {
  readonly plan: string
  readonly plan_limits: {
    readonly max_uploads_per_month: number | null
    readonly max_storage_bytes: number | null
    readonly max_bandwidth_per_month: number | null
    readonly max_api_requests_per_month: number | null
    readonly max_transformations_per_month: number | null
  }
  readonly total_images: number
  readonly storage_used_bytes: number
  readonly current_period: {
    readonly period: string
    readonly uploads: number
    readonly bandwidth_bytes: number
    readonly api_requests: number
    readonly transformations: number
  }
}

export function usageOf({ plan, plan_limits: limits, current_period: used, ...stored }: WireUsage): Usage {
  return {
    plan,
    period: used.period,
    used: {
      uploads: used.uploads,
      bandwidthBytes: used.bandwidth_bytes,
      apiRequests: used.api_requests,
      transforms: used.transformations,
    },
    allowed: {
      uploads: limits.max_uploads_per_month,
      bandwidthBytes: limits.max_bandwidth_per_month,
      apiRequests: limits.max_api_requests_per_month,
      transforms: limits.max_transformations_per_month,
      storageBytes: limits.max_storage_bytes,
    },
    images: stored.total_images,
    storageBytes: stored.storage_used_bytes,
  }
}
