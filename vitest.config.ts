import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // The SDK's sources, not what was last built of them.
  ssr: { resolve: { conditions: ['portico-source', ...defaultServerConditions] } },
  test: {
    include: ['{src,sdk/src,scripts,examples}/**/*.test.ts'],
    globalSetup: ['src/testing/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 40_000,
    // What is polled for is waited for; a busy machine must not turn a second into a failure.
    expect: { poll: { timeout: 15_000 } },
    // There a test that fails once of two tries is listed as flaky; here it fails.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    pool: 'threads',
    // Modules keep no state of their own, so a worker may load them once for all its files.
    isolate: false,
    restoreMocks: true,
    // Most tests wait for a database or a process: more run at once than there are cores.
    maxWorkers: '150%',
  },
})
