import type { Provider } from '../provider.ts'

export const unsplash: Provider = {
  id: 'unsplash',
  name: 'Unsplash',
  category: 'content',
  aliases: ['photos'],
  api_hosts: ['api.unsplash.com'],
  api_key: {
    label: 'Access key',
    help_url: 'https://unsplash.com/oauth/applications',
    inject: { header: 'Authorization', format: 'Client-ID {token}' },
    verify: { url: 'https://api.unsplash.com/photos?per_page=1', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
