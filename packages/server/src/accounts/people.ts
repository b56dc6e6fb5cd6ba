/** Everything about people that the API is given, built together: they share a mailer and an address. */
import type { Config } from '../config.ts'
import type { ProjectService } from '../projects/index.ts'
import { type AccountOptions, Accounts } from './accounts.ts'
import { ClosingService } from './closing/closing-service.ts'
import { NoticeService } from './notices/notice-service.ts'
import { type OidcVariable, oidcSettings } from './oidc/oidc-settings.ts'
import { InvitationService } from './teams/invitation-service.ts'
import { OperatedTeams } from './teams/operated-teams.ts'
import { TeamService } from './teams/team-service.ts'
import { createTokenVerifier, type TokenVariable, type TokenVerifier } from './tokens/token-verifier.ts'

export interface People {
  readonly accounts: Accounts
  readonly teams: TeamService
  readonly invitations: InvitationService
  readonly operatedTeams: OperatedTeams
  readonly closing: ClosingService
  readonly notices: NoticeService
  readonly tokens: TokenVerifier | undefined
}

export interface PeopleOptions extends Omit<AccountOptions, 'termsVersion' | 'signUp' | 'oidc'> {
  readonly projects: ProjectService
  readonly config: Pick<
    Config,
    'FOVEA_TERMS_VERSION' | 'FOVEA_SIGN_UP' | 'FOVEA_CLOSE_DAYS' | OidcVariable | TokenVariable
  >
}

export function createPeople({ config, projects, ...shared }: PeopleOptions): People {
  const teams = new TeamService(shared.database)
  return {
    teams,
    tokens: createTokenVerifier(config, shared),
    operatedTeams: new OperatedTeams(shared.database, projects),
    closing: new ClosingService({ ...shared, projects, closeDays: config.FOVEA_CLOSE_DAYS }),
    notices: new NoticeService(shared),
    invitations: new InvitationService({ ...shared, teams }),
    accounts: new Accounts({
      ...shared,
      termsVersion: config.FOVEA_TERMS_VERSION,
      signUp: config.FOVEA_SIGN_UP,
      oidc: oidcSettings(config),
    }),
  }
}
