import type { Provider } from '../provider.ts'

export const elevenlabs: Provider = {
  id: 'elevenlabs',
  name: 'ElevenLabs',
  category: 'ai',
  aliases: ['voice', 'speech'],
  api_hosts: ['api.elevenlabs.io'],
  api_key: {
    label: 'API key',
    help_url: 'https://elevenlabs.io/app/settings/api-keys',
    inject: { header: 'xi-api-key', format: '{token}' },
    verify: { url: 'https://api.elevenlabs.io/v1/user', method: 'GET', id_pointer: '/user_id' },
  },
  evidence: ['documentation: github.com/elevenlabs/skills setup-api-key'],
  checked_on: '2026-11-21',
  confidence: 'high',
  notes: ['A key without the permission to read its user cannot be proved here.'],
}
