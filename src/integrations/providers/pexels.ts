import type { Provider } from '../provider.ts'

export const pexels: Provider = {
  id: 'pexels',
  name: 'Pexels',
  category: 'content',
  aliases: ['photos'],
  api_hosts: ['api.pexels.com'],
  api_key: {
    label: 'API key',
    help_url: 'https://www.pexels.com/api/key/',
    inject: { header: 'Authorization', format: '{token}' },
    verify: { url: 'https://api.pexels.com/v1/curated?per_page=1', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
