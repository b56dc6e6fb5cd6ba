import { Command } from 'commander'
import { expect, it } from 'vitest'
import { commands } from './commands.ts'

it.each([...commands])('%s is called so', async (name, load) => {
  const make = await load()
  expect(make(() => {}, new Command()).name()).toBe(name)
})
