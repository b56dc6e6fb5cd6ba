import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, ownerLogin, startApi } from './api/api.test-harness.ts'
import { Browser, lettersTo, letterTo } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('notices on $kind', ({ kind }) => {
  let harness: Harness
  let operator: Browser
  /** Owns a team of her own. */
  let ada: Browser
  /** Looks at the operator's team. */
  let viewer: Browser
  let operatorsTeam: string
  let adasTeam: string

  const url = '/api/v1/operator/notices'
  const text = 'We move to new machines.\n\nNothing changes for you.'

  beforeAll(async () => {
    harness = await startApi({ kind })
    operator = new Browser(harness)
    await operator.auth('/sign-in/email', ownerLogin)
    ada = new Browser(harness)
    await ada.join('ada@example.test')
    viewer = new Browser(harness)
    await viewer.join('viewer@example.test')
    operatorsTeam = (await operator.ask('/api/v1/teams')).json().teams[0].id
    const made = await ada.ask('/api/v1/teams', { method: 'POST', body: { name: 'Engines' } })
    adasTeam = made.json().team.id
    const { id } = (await viewer.ask('/api/auth/get-session')).json().user
    await harness.database.queries
      .insertInto('team_members')
      .values({ team_id: operatorsTeam, user_id: id, role: 'viewer', created_at: Date.now() })
      .execute()
  })

  afterAll(() => harness.close())

  beforeEach(async () => {
    await harness.database.queries.deleteFrom('notices').execute()
  })

  const post = (body: object, by = operator) => by.ask(url, { method: 'POST', body: { text, ...body } })
  const titlesFor = async (browser: Browser) =>
    (await browser.ask('/api/v1/notices')).json().notices.map(({ title }: { title: string }) => title)

  it('to everybody: shown to all, with a letter to owners and admins only', async () => {
    const made = await post({ title: 'New machines' })
    expect(made.statusCode).toBe(201)
    expect(made.json().notice).toMatchObject({ title: 'New machines', text, team_id: null })
    for (const browser of [operator, ada, viewer]) expect(await titlesFor(browser)).toEqual(['New machines'])
    const letter = await letterTo(harness, 'ada@example.test', 'New machines')
    expect(letter.text).toContain('Nothing changes for you.')
    await letterTo(harness, ownerLogin.email, 'New machines')
    await expect(letterTo(harness, 'viewer@example.test', 'New machines')).rejects.toThrow(/no letter/)
  })

  it('to a team: nobody else is shown it or gets a letter', async () => {
    await post({ title: 'Only engines', team_id: adasTeam })
    expect(await titlesFor(ada)).toEqual(['Only engines'])
    expect(await titlesFor(viewer)).toEqual([])
    await letterTo(harness, 'ada@example.test', 'Only engines')
    await expect(letterTo(harness, ownerLogin.email, 'Only engines')).rejects.toThrow(/no letter/)
    expect((await post({ title: 'X', team_id: 'team_of_nobody' })).statusCode).toBe(404)
  })

  it('is dismissed by each person alone', async () => {
    const { id } = (await post({ title: 'Seen' })).json().notice
    const dismiss = (by: Browser) => by.ask(`/api/v1/notices/${id}/dismiss`, { method: 'POST' })
    expect((await dismiss(ada)).statusCode).toBe(200)
    expect(await titlesFor(ada)).toEqual([])
    expect(await titlesFor(viewer)).toEqual(['Seen'])
    expect((await dismiss(ada)).statusCode).toBe(404)
  })

  it('is shown from its time on, newest first, until it is taken back', async () => {
    const hour = 3_600_000
    const at = (ms: number) => new Date(Date.now() + ms).toISOString()
    await post({ title: 'Earlier', starts_at: at(-hour) })
    await post({ title: 'Later', starts_at: at(hour) })
    const { id } = (await post({ title: 'Now' })).json().notice
    expect(await titlesFor(viewer)).toEqual(['Now', 'Earlier'])
    expect((await operator.ask(`${url}/${id}`, { method: 'DELETE' })).statusCode).toBe(200)
    expect(await titlesFor(viewer)).toEqual(['Earlier'])
    const first = (await operator.ask(`${url}?limit=1`)).json()
    const second = (await operator.ask(`${url}?limit=1&cursor=${first.next_cursor}`)).json()
    expect([...first.notices, ...second.notices].map(({ title }) => title)).toEqual(['Later', 'Earlier'])
    expect(second.next_cursor).toBeNull()
  })

  it('has its letters wait for its time, leave once, and not at all when it was taken back', async () => {
    const hour = 3_600_000
    const starts = new Date(Date.now() + hour).toISOString()
    await post({ title: 'In an hour', starts_at: starts })
    const { id } = (await post({ title: 'Thought better of', starts_at: starts })).json().notice
    await expect(letterTo(harness, 'ada@example.test', 'In an hour')).rejects.toThrow(/no letter/)
    await operator.ask(`${url}/${id}`, { method: 'DELETE' })
    for (let look = 1; look <= 2; look++) await harness.notices.sendDue(Date.now() + hour)
    expect(await lettersTo(harness, 'ada@example.test', 'In an hour')).toHaveLength(1)
    expect(await lettersTo(harness, 'ada@example.test', 'Thought better of')).toHaveLength(0)
  })

  it('is only for the operator to write, to list and to take back', async () => {
    const { id } = (await post({ title: 'Mine' })).json().notice
    expect((await post({ title: 'Theirs' }, ada)).statusCode).toBe(403)
    expect((await ada.ask(url)).statusCode).toBe(403)
    expect((await ada.ask(`${url}/${id}`, { method: 'DELETE' })).statusCode).toBe(404)
    expect(await titlesFor(viewer)).toEqual(['Mine'])
  })

  it.each([
    [{ title: '' }, 'title'],
    [{ title: 'X', starts_at: 'tomorrow' }, 'starts_at'],
    [{ title: 'X', colour: 'red' }, 'colour'],
  ])('refuses %j', async (body, name) => {
    const refused = await post(body)
    expect([refused.statusCode, refused.json().pointer]).toEqual([400, `/${name}`])
  })
})
