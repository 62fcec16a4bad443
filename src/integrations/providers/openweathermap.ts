import type { Provider } from '../provider.ts'

export const openweathermap: Provider = {
  id: 'openweathermap',
  name: 'OpenWeatherMap',
  category: 'content',
  aliases: ['weather'],
  api_hosts: ['api.openweathermap.org'],
  api_key: {
    label: 'API key',
    help_url: 'https://home.openweathermap.org/api_keys',
    inject: { query: 'appid' },
    verify: { url: 'https://api.openweathermap.org/data/2.5/weather?lat=0&lon=0', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
