import type { Provider } from '../provider.ts'

export const twilio: Provider = {
  id: 'twilio',
  name: 'Twilio',
  category: 'chat',
  aliases: ['sms', 'telephone'],
  api_hosts: [
    'api.twilio.com',
    'verify.twilio.com',
    'lookups.twilio.com',
    'conversations.twilio.com',
    'messaging.twilio.com',
  ],
  user_password: {
    label: 'Account SID (or API key SID) and its secret',
    help_url: 'https://console.twilio.com/',
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['user_password'],
}
