export type { AccessLink } from './access-link.ts'
export { AccessLinkService } from './access-link-service.ts'
export { linkStates, stateOf } from './link-state.ts'
