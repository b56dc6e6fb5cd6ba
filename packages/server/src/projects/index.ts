export { generateApiKey } from './api-key-format.ts'
export {
  type ApiKey,
  ApiKeyService,
  insertApiKey,
  type NewApiKey,
  type Scope,
  scopes,
} from './api-key-service.ts'
export { randomBase62 } from './base62.ts'
export { dialectContext } from './dialect-context.ts'
export { DomainService } from './domain-service.ts'
export { newId } from './id.ts'
export { type Plan, type PlanCatalogue, planOf, selfHostedPlans } from './plans.ts'
export { type PresetRef, PresetService } from './preset-service.ts'
export type {
  Domain,
  Preset,
  PresetVersion,
  Project,
  ProjectId,
  ProjectSettings,
  SigningSecret,
  Watermark,
} from './project.ts'
export { ProjectService } from './project-service.ts'
export {
  type LastingState,
  lastingStates,
  mustBeUsable,
  mustTakeUploads,
  type ProjectState,
  refusalOf,
  standingOf,
} from './project-states.ts'
export { insertSecret, type ProjectAccount } from './queries.ts'
export { Remembered } from './remembered.ts'
export { cdnLabel, reservedSlugs } from './reserved-slugs.ts'
export { isAtLeast, type Role, roles, scopesOf } from './roles.ts'
export { newProjectSettings, settingsSchema } from './settings.ts'
