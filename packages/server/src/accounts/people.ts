/** Everything about people that the API is given, built together: they share a mailer and an address. */
import type { Config } from '../config.ts'
import { Accounts } from './accounts.ts'
import type { AuthOptions } from './auth.ts'
import { InvitationService } from './teams/invitation-service.ts'
import { TeamService } from './teams/team-service.ts'

export interface People {
  readonly accounts: Accounts
  readonly teams: TeamService
  readonly invitations: InvitationService
}

export interface PeopleOptions extends Omit<AuthOptions, 'termsVersion' | 'signUp'> {
  readonly config: Pick<Config, 'FOVEA_TERMS_VERSION' | 'FOVEA_SIGN_UP'>
}

export function createPeople({ config, ...shared }: PeopleOptions): People {
  const teams = new TeamService(shared.database)
  return {
    teams,
    invitations: new InvitationService({ ...shared, teams }),
    accounts: new Accounts({
      ...shared,
      termsVersion: config.FOVEA_TERMS_VERSION,
      signUp: config.FOVEA_SIGN_UP,
    }),
  }
}
