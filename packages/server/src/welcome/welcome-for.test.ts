import { describe, expect, it } from 'vitest'
import { welcomeFor } from './welcome-for.ts'

type Dependencies = Parameters<typeof welcomeFor>[0]

/** Only what the page reads of a project and of an asset. */
function server(
  access: 'open' | 'signed',
  stored: Readonly<Record<string, 'public' | 'private'>>,
): Dependencies {
  const facts = { width: 2400, height: 1600, orientation: 6 }
  const find = async (_: unknown, path: string) =>
    stored[path] === undefined ? undefined : { path, visibility: stored[path], facts }
  return {
    publicUrl: 'http://localhost:3000',
    projects: { resolve: async () => ({ settings: { access } }) },
    assets: { findForDelivery: find },
  } as unknown as Dependencies
}

describe('welcomeFor', () => {
  it('shows the samples upright, and nothing else that is stored', async () => {
    const page = await welcomeFor(server('open', { 'landscape.jpg': 'public', 'passport.jpg': 'public' }))
    expect(page).toContain('landscape.jpg, 1600 × 2400 px')
    expect(page).not.toContain('passport')
  })

  it.each([
    ['a deleted sample', server('open', {})],
    ['a private sample', server('open', { 'landscape.jpg': 'private' })],
    ['a project whose pictures need a signature', server('signed', { 'landscape.jpg': 'public' })],
  ])('is whole without %s', async (_, dependencies) => {
    const page = await welcomeFor(dependencies)
    expect(page).not.toContain('<img')
    expect(page).toContain('first-run.json')
  })
})
