import type { Provider } from '../provider.ts'

export const hetzner: Provider = {
  id: 'hetzner',
  name: 'Hetzner Cloud',
  category: 'dev',
  aliases: ['servers'],
  api_hosts: ['api.hetzner.cloud'],
  api_base: 'https://api.hetzner.cloud/v1/',
  api_key: {
    label: 'API token',
    help_url: 'https://console.hetzner.cloud/',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://api.hetzner.cloud/v1/locations', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
