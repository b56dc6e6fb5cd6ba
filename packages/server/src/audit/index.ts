export { type AuditEvent, AuditLog, type AuditOf, actorKinds, type StoredEvent } from './audit-log.ts'
