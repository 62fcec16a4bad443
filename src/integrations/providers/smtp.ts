import type { Provider } from '../provider.ts'

export const smtp: Provider = {
  id: 'smtp',
  name: 'Mail server (SMTP)',
  category: 'generic',
  aliases: ['email', 'imap', 'mail'],
  api_hosts: [],
  user_password: { label: 'User name and password of the mailbox' },
  evidence: ['RFC 4954 (SMTP authentication): there is no HTTP in it'],
  checked_on: '2026-11-21',
  confidence: 'high',
  notes: ['The proxy speaks HTTP alone, so this is kept for agents that are given it otherwise.'],
}
