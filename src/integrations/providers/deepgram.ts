import type { Provider } from '../provider.ts'

export const deepgram: Provider = {
  id: 'deepgram',
  name: 'Deepgram',
  category: 'ai',
  aliases: ['transcription'],
  api_hosts: ['api.deepgram.com'],
  reads: ['POST /v1/read'],
  api_key: {
    label: 'API key',
    help_url: 'https://console.deepgram.com/',
    inject: { header: 'Authorization', format: 'Token {token}' },
    verify: {
      url: 'https://api.deepgram.com/v1/projects',
      method: 'GET',
      id_pointer: '/projects/0/project_id',
      label_pointer: '/projects/0/name',
    },
  },
  evidence: ['documentation: developers.deepgram.com/reference/authentication'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
