import type { Provider } from '../provider.ts'

export const kakao: Provider = {
  id: 'kakao',
  name: 'Kakao',
  category: 'chat',
  register_url: 'https://developers.kakao.com/console/app',
  api_hosts: ['kapi.kakao.com'],
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://kauth.kakao.com/oauth/authorize',
  token_url: 'https://kauth.kakao.com/oauth/token',
  pkce: 'tolerated',
  token_auth: 'post',
  scope_separator: ',',
  access_ttl_s: 21600,
  refresh: {
    rotation: 'may_rotate',
    note: 'A new refresh token only appears when the old one has under a month left.',
  },
  userinfo: {
    url: 'https://kapi.kakao.com/v2/user/me',
    method: 'GET',
    id_pointer: '/id',
    label_pointer: '/properties/nickname',
  },
  revoke: {
    url: 'https://kapi.kakao.com/v1/user/unlink',
    method: 'POST',
    client_auth: 'bearer',
    body: 'none',
    token: 'access',
    effect: 'grant',
  },
  evidence: [
    'npm better-auth 1.7.24',
    'npm arctic 3.7.0',
    'nextauthjs/next-auth packages/core/src/providers',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['revoke', 'refresh', 'access_ttl_s', 'userinfo'],
}
