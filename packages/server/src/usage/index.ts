export type { Reservation, UsageLedger } from './ledger.ts'
export type { Period } from './period.ts'
export { countUpload, storedBytes, type UsageReport, uploadsThisMonth } from './queries.ts'
export { UsageService } from './usage-service.ts'
