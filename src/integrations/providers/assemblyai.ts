import type { Provider } from '../provider.ts'

export const assemblyai: Provider = {
  id: 'assemblyai',
  name: 'AssemblyAI',
  category: 'ai',
  aliases: ['transcription'],
  api_hosts: ['api.assemblyai.com'],
  api_key: {
    label: 'API key',
    help_url: 'https://www.assemblyai.com/app/api-keys',
    inject: { header: 'Authorization', format: '{token}' },
    verify: { url: 'https://api.assemblyai.com/v2/transcript?limit=1', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
