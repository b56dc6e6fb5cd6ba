/** `GET /api/v1/usage`: what the project has used this month, read from its rows, against what its plan allows. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

const allowance = z.int().nullable()

const usageResponse = z.object({
  plan: z.string(),
  plan_name: z.string(),
  plan_status: z.enum(['active', 'cancelling', 'expired']),
  subscription_ends_at: z.int().nullable(),
  plan_limits: z.object({
    max_uploads_per_month: allowance,
    max_storage_bytes: allowance,
    max_bandwidth_per_month: allowance,
    max_api_requests_per_month: allowance,
    max_transformations_per_month: allowance,
  }),
  total_images: z.int(),
  storage_used_bytes: z.int(),
  storage_used_mb: z.number(),
  storage_used_gb: z.number(),
  current_period: z.object({
    period: z.string(),
    period_start: z.int(),
    period_end: z.int(),
    uploads: z.int(),
    bandwidth_bytes: z.int(),
    api_requests: z.int(),
    transformations: z.int(),
  }),
  credits: z.object({ storage_bytes: z.int(), api_requests: z.int(), transformations: z.int() }),
})

const MiB = 1024 * 1024

export function usageRoutes(plain: FastifyInstance, { usage }: ApiContext): void {
  plain
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/api/v1/usage',
      { config: { scope: 'read' }, schema: { response: { 200: usageResponse } } },
      async (request) => {
        const { project, plan } = callerOf(request)
        const used = await usage.report(project.id)
        return {
          plan: plan.id,
          plan_name: plan.name,
          plan_status: 'active' as const,
          subscription_ends_at: null,
          plan_limits: {
            max_uploads_per_month: plan.maxUploadsPerMonth,
            max_storage_bytes: plan.maxStorageBytes,
            max_bandwidth_per_month: plan.maxBandwidthPerMonth,
            max_api_requests_per_month: plan.maxApiRequestsPerMonth,
            max_transformations_per_month: plan.maxTransformationsPerMonth,
          },
          total_images: used.images,
          storage_used_bytes: used.storageBytes,
          storage_used_mb: rounded(used.storageBytes / MiB),
          storage_used_gb: rounded(used.storageBytes / (1024 * MiB)),
          current_period: {
            period: used.period.name,
            period_start: used.period.start,
            period_end: used.period.end,
            uploads: used.uploads,
            bandwidth_bytes: used.bandwidthBytes,
            api_requests: used.apiRequests,
            transformations: used.transformations,
          },
          // Bought beside the plan; a catalogue that sells nothing has none.
          credits: { storage_bytes: 0, api_requests: 0, transformations: 0 },
        }
      },
    )
}

function rounded(amount: number): number {
  return Math.round(amount * 10_000) / 10_000
}
