import { defineConfig } from 'vitest/config'

/** What is waited for comes at its own time on a busy machine; what never comes is a failure all the same. */
const patient = { poll: { timeout: 20_000 } } as const

/**
 * On a machine of many tenants one in ten thousand tests meets a race now and then. It is tried again there, and `npm
 * test` names it; at a desk it fails.
 */
const retry = process.env.CI === 'true' ? 1 : 0

/** Two projects: `unit` needs no network and no server; `e2e` starts real servers and talks HTTP to them. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'fixtures/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: patient,
          retry,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          expect: patient,
          retry,
          fileParallelism: false,
        },
      },
    ],
  },
})
