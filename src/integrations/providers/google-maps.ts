import type { Provider } from '../provider.ts'

export const googleMaps: Provider = {
  id: 'google-maps',
  name: 'Google Maps',
  category: 'content',
  aliases: ['places', 'routes', 'geocoding'],
  api_hosts: [
    'maps.googleapis.com',
    'places.googleapis.com',
    'routes.googleapis.com',
    'addressvalidation.googleapis.com',
  ],
  reads: [
    'POST /v1/places:searchText',
    'POST /v1/places:searchNearby',
    'POST /v1/places:autocomplete',
    'POST /directions/v2:computeRoutes',
  ],
  api_key: {
    label: 'API key',
    help_url: 'https://console.cloud.google.com/google/maps-apis/credentials',
    inject: { query: 'key' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
  notes: [
    'A key that is not valid is answered with HTTP 200 by the older services, so it is not proved here.',
  ],
}
