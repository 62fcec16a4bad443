import type { Provider } from '../provider.ts'

export const atlassianToken: Provider = {
  id: 'atlassian-token',
  name: 'Atlassian site (API token)',
  category: 'productivity',
  aliases: ['jira server', 'confluence token'],
  manage_url: 'https://id.atlassian.com/manage-profile/security/api-tokens',
  api_hosts: ['{site}.atlassian.net'],
  reads: [
    'POST /rest/api/3/search/jql',
    'POST /rest/api/3/search/approximate-count',
    'POST /rest/api/3/issue/bulkfetch',
  ],
  tenant: {
    var: 'site',
    label: 'Name of the site',
    example: 'acme for acme.atlassian.net',
    pattern: '^[a-z0-9][a-z0-9-]*$',
  },
  user_password: {
    label: 'Email address and API token',
    help_url: 'https://id.atlassian.com/manage-profile/security/api-tokens',
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['user_password'],
}
