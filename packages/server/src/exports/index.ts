export type { Export } from './export.ts'
export { ExportJobs } from './export-job.ts'
export { ExportService } from './export-service.ts'
