import { defineConfig } from 'vitest/config'

/** Journeys run one after the other: each file starts a server and a browser of its own. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    retry: process.env['CI'] === 'true' ? 1 : 0,
  },
})
