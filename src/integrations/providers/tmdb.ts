import type { Provider } from '../provider.ts'

export const tmdb: Provider = {
  id: 'tmdb',
  name: 'TMDB',
  category: 'content',
  aliases: ['films', 'movies'],
  api_hosts: ['api.themoviedb.org'],
  api_base: 'https://api.themoviedb.org/3/',
  api_key: {
    label: 'Read access token',
    help_url: 'https://www.themoviedb.org/settings/api',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://api.themoviedb.org/3/authentication', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
