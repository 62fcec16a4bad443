import type { Provider } from '../provider.ts'

export const http: Provider = {
  id: 'http',
  name: 'Any HTTP service',
  category: 'generic',
  aliases: ['rest', 'api', 'custom'],
  api_hosts: [],
  host_scoped: true,
  evidence: ['RFC 9110: headers of requests, for the host that the person names'],
  checked_on: '2026-11-21',
  confidence: 'high',
  notes: ['The person says which host gets which headers; nothing travels elsewhere.'],
}
