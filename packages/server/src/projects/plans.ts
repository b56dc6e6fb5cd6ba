/** What a plan allows. Data, so that another catalogue is another table; a fresh install has one plan. */
export interface Plan {
  readonly id: string
  readonly name: string
  /** API requests in a minute, per key. */
  readonly requestsPerMinute: number
  /** null = no limit. */
  readonly maxUploadsPerMonth: number | null
  readonly maxStorageBytes: number | null
  readonly maxBandwidthPerMonth: number | null
  readonly maxApiRequestsPerMonth: number | null
  readonly maxTransformationsPerMonth: number | null
}

export type PlanCatalogue = ReadonlyMap<string, Plan>

/**
 * A self-hosted install has no allowance to use up. The request rate is still bounded: one runaway client must not
 * take the API from the others, and 100 000 a minute is more than one process can answer.
 */
const unlimited: Plan = Object.freeze({
  id: 'unlimited',
  name: 'Unlimited',
  requestsPerMinute: 100_000,
  maxUploadsPerMonth: null,
  maxStorageBytes: null,
  maxBandwidthPerMonth: null,
  maxApiRequestsPerMonth: null,
  maxTransformationsPerMonth: null,
})

export const selfHostedPlans: PlanCatalogue = new Map([[unlimited.id, unlimited]])

/** The plan of that id; a name the catalogue has dropped falls back to the catalogue's first. */
export function planOf(catalogue: PlanCatalogue, id: string): Plan {
  return catalogue.get(id) ?? catalogue.values().next().value ?? unlimited
}
