import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'
import { themeVariables } from './theme-plugin.ts'

/** `npm run dev -w web` shows the console with hot reload against a server on port 8080. */
const server = 'http://127.0.0.1:8080'

export default defineConfig(({ command }) => {
  // Whatever the server is started with, people get React as it is meant for them: a third of the size.
  if (command === 'build') process.env['NODE_ENV'] = 'production'
  return {
    plugins: [react(), themeVariables()],
    // The SDK's sources, not what was last built of them.
    resolve: { conditions: ['portico-source', ...defaultClientConditions] },
    build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    server: { proxy: { '/api': server } },
  }
})
