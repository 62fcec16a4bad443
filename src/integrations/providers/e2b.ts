import type { Provider } from '../provider.ts'

export const e2b: Provider = {
  id: 'e2b',
  name: 'E2B',
  category: 'dev',
  aliases: ['sandbox'],
  api_hosts: ['api.e2b.app'],
  api_key: {
    label: 'API key',
    help_url: 'https://e2b.dev/dashboard?tab=keys',
    inject: { header: 'X-API-Key', format: '{token}' },
    pattern: 'e2b_.+',
    verify: { url: 'https://api.e2b.app/sandboxes', method: 'GET' },
  },
  evidence: ['documentation: docs.rs/crate/everruns-integrations-e2b SPEC.md'],
  checked_on: '2026-11-21',
  confidence: 'high',
  notes: ['What runs inside a sandbox is reached at hosts of its own, with other tokens.'],
}
