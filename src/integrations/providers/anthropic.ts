import type { Provider } from '../provider.ts'

export const anthropic: Provider = {
  id: 'anthropic',
  name: 'Anthropic',
  category: 'ai',
  aliases: ['claude'],
  api_hosts: ['api.anthropic.com'],
  api_headers: { 'anthropic-version': '2023-06-01' },
  reads: ['POST /v1/messages/count_tokens'],
  api_key: {
    label: 'API key',
    help_url: 'https://console.anthropic.com/settings/keys',
    inject: { header: 'x-api-key', format: '{token}' },
    pattern: 'sk-ant-.+',
    verify: {
      url: 'https://api.anthropic.com/v1/models',
      method: 'GET',
      headers: { 'anthropic-version': '2023-06-01' },
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
