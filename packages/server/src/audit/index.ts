export { type AuditEvent, AuditLog, type AuditOf, type StoredEvent } from './audit-log.ts'
