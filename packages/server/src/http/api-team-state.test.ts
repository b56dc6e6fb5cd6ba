import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, ownerLogin, picture, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('team states on $kind', ({ kind }) => {
  let harness: Harness
  let operator: Browser
  let stranger: Browser
  let team: string

  beforeAll(async () => {
    harness = await startApi({ kind })
    operator = new Browser(harness)
    await operator.auth('/sign-in/email', ownerLogin)
    stranger = new Browser(harness)
    await stranger.join('stranger@example.test')
    await stranger.ask('/api/v1/projects', { method: 'POST', body: { name: 'Other', slug: 'other' } })
    team = (await operator.ask('/api/v1/teams')).json().teams[0].id
  })

  afterAll(() => harness.close())

  beforeEach(async () => {
    await setProject('active')
    await setTeam('active')
  })

  const put = async (url: string, body: object, by = operator) =>
    (await by.ask(url, { method: 'PUT', body })).statusCode
  const setTeam = (state: string, reason?: string, by = operator) =>
    put(`/api/v1/operator/teams/${team}/state`, { state, ...(reason === undefined ? {} : { reason }) }, by)
  const setProject = (state: string, reason?: string) =>
    put('/api/v1/operator/projects/demo/state', { state, ...(reason === undefined ? {} : { reason }) })
  const project = async (slug = 'demo') => {
    const found = await harness.projects.resolve(slug)
    return found && { state: found.state, reason: found.stateReason }
  }

  it('hold for all projects of the team, with the reason, and for no other team', async () => {
    const before = (await harness.projects.resolve('demo'))?.generation ?? 0
    expect(await setTeam('suspended', 'Ask the operator.')).toBe(200)
    expect(await project()).toEqual({ state: 'suspended', reason: 'Ask the operator.' })
    expect((await harness.projects.resolve('demo'))?.generation).toBe(before + 1)
    const byKey = await harness.request({ url: '/api/v1/images' })
    expect([byKey.statusCode, byKey.json().code]).toEqual([403, 'project/suspended'])
    expect(byKey.json().detail).toContain('Ask the operator.')
    expect(await project('other')).toEqual({ state: 'active', reason: null })
  })

  it('past due: no uploads, and the rest goes on', async () => {
    await setTeam('past_due')
    expect((await harness.upload(await picture(1), 'a.png')).statusCode).toBe(402)
    expect((await harness.request({ url: '/api/v1/images' })).statusCode).toBe(200)
    expect((await operator.ask(`/api/v1/teams/${team}/members`)).statusCode).toBe(200)
  })

  it.each([
    ['past_due', 'suspended', 'suspended', 'of the project'],
    ['frozen', 'suspended', 'frozen', 'of the team'],
    ['active', 'past_due', 'past_due', 'of the project'],
  ])('team %s and project %s: the project is %s', async (ofTeam, ofProject, together, reason) => {
    await setTeam(ofTeam, 'of the team')
    await setProject(ofProject, 'of the project')
    expect(await project()).toEqual({ state: together, reason })
    const listed = (await operator.ask('/api/v1/projects')).json().projects
    expect(listed).toMatchObject([{ slug: 'demo', state: together }])
    // What the project was is still known when the team is active again.
    await setTeam('active')
    expect(await project()).toEqual({ state: ofProject, reason: 'of the project' })
  })

  it.each(['suspended', 'frozen'])('%s: the team cannot be worked with, and says why', async (state) => {
    await setTeam(state, 'Letter of 3 May.')
    const answers = [
      await operator.ask('/api/v1/projects', { method: 'POST', body: { name: 'X', slug: 'new-one' } }),
      await operator.ask(`/api/v1/teams/${team}/invitations`, {
        method: 'POST',
        body: { email: 'a@b.test', role: 'viewer' },
      }),
      await operator.ask(`/api/v1/teams/${team}/members`),
    ]
    for (const answer of answers) {
      expect([answer.statusCode, answer.json().code]).toEqual([403, `team/${state}`])
      expect(answer.json().detail).toContain('Letter of 3 May.')
    }
    const [listed] = (await operator.ask('/api/v1/teams')).json().teams
    expect(listed).toMatchObject({ id: team, state, reason: 'Letter of 3 May.', gone_at: null })
  })

  it('are only for the operator to see and to set', async () => {
    expect(await setTeam('suspended', undefined, stranger)).toBe(404)
    expect((await stranger.ask('/api/v1/operator/teams')).statusCode).toBe(403)
    expect(await project()).toEqual({ state: 'active', reason: null })
    expect(await setTeam('closed')).toBe(400)
  })

  it('are listed for the operator, page by page', async () => {
    const first = (await operator.ask('/api/v1/operator/teams?limit=1')).json()
    const rest = (await operator.ask(`/api/v1/operator/teams?cursor=${first.next_cursor}`)).json()
    const teams = [...first.teams, ...rest.teams]
    expect(rest.next_cursor).toBeNull()
    expect(teams).toHaveLength(2)
    expect(teams).toContainEqual({
      id: team,
      name: 'First team',
      state: 'active',
      reason: null,
      gone_at: null,
      owners: [ownerLogin.email],
      projects: ['demo'],
    })
  })

  it('a closed project keeps its state: closing and opening again does not pay an invoice', async () => {
    await setProject('past_due', 'Invoice 7 is open.')
    const demo = { 'x-fovea-project': 'demo' }
    expect((await operator.ask('/api/v1/project', { method: 'DELETE', headers: demo })).statusCode).toBe(200)
    expect(await project()).toEqual({ state: 'closed', reason: null })
    await operator.ask('/api/v1/projects/demo/restore', { method: 'POST' })
    expect(await project()).toEqual({ state: 'past_due', reason: 'Invoice 7 is open.' })
  })

  it('frozen keeps what was closed from being deleted', async () => {
    const demo = await harness.projects.resolve('demo')
    if (demo === undefined) throw new Error('no project')
    await harness.projects.close(demo, 7)
    const later = Date.now() + 8 * 86_400_000
    expect((await harness.projects.due(later)).map(({ slug }) => slug)).toEqual(['demo'])
    await setTeam('frozen')
    expect(await harness.projects.due(later)).toEqual([])
    await harness.projects.restore(demo)
  })
})
