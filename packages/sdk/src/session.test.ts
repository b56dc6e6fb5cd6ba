import { describe, expect, it } from 'vitest'
import { type Answer, serve } from './client.test-server.ts'
import { Facts } from './facts.ts'
import { Library } from './library.ts'
import { Session } from './session.ts'

async function session(...answers: readonly Answer[]) {
  const { url, heard } = await serve(...answers)
  return { session: new Session(url), heard }
}

describe('a session', () => {
  it('tells who is signed in, and nobody', async () => {
    const user = { id: 'u', email: 'ada@example.test', name: 'Ada' }
    const { session: some, heard } = await session({ body: { user, session: {} } })
    expect(await some.person()).toEqual(user)
    expect(heard[0]?.url).toBe('/api/auth/get-session')
    expect(await (await session({ body: 'null' })).session.person()).toBeUndefined()
  })

  it('lists projects and signs out, without a key', async () => {
    const wire = { id: 'p', slug: 'demo', name: 'Demo', team_name: 'Ours', role: 'owner', state: 'active' }
    const { session: own, heard } = await session({ body: { projects: [wire] } }, { body: {} })
    expect(await own.projects()).toMatchObject([{ slug: 'demo', teamName: 'Ours', role: 'owner' }])
    await own.signOut()
    expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v1/projects',
      'POST /api/auth/sign-out',
    ])
    expect(heard[0]?.headers.authorization).toBeUndefined()
  })

  it('names the project with every call of its images, facts and library', async () => {
    const { session: own, heard } = await session(
      ...[{}, {}, { metadata: {} }, { project: { access: 'signed' } }].map((body) => ({ body })),
    )
    const demo = own.project('demo')
    await demo.images.update('a', { altText: 'b' })
    await new Facts(demo).of('a')
    await new Library(demo).get('a')
    expect(await demo.access()).toBe('signed')
    expect(heard.map(({ headers }) => headers['x-fovea-project'])).toEqual(Array(4).fill('demo'))
    expect(heard.some(({ headers }) => headers.authorization !== undefined)).toBe(false)
  })
})
