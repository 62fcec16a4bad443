import { defineErrors } from '../lib/errors.ts'

export const channelErrors = defineErrors({
  channel_unknown: { status: 404, detail: 'Unknown channel provider' },
  bot_unknown: { status: 404, detail: 'Unknown bot' },
  bot_agent_unknown: { status: 422, detail: 'No agent of this name is configured.' },
  bot_name_taken: { status: 409, detail: 'Another bot of this channel has this name.' },
  bot_not_removable: { status: 400, detail: 'This bot is part of Portico: pause it instead.' },
  channel_connections_disabled: { status: 400, detail: 'Channel connections are disabled' },
  channel_not_enabled: { status: 400, detail: 'Channel provider is not enabled' },
  channel_login_absent: { status: 400, detail: 'This channel has no login.' },
  channel_login_failed: { status: 400, detail: 'The login failed.' },
  channel_not_configured: { status: 400, detail: 'Channel provider is not configured' },
  channel_not_running: { status: 400, detail: 'The channel is not running.' },
  channel_configuration_missing: { status: 400, detail: 'Missing required channel configuration.' },
  channel_credentials_refused: { status: 400, detail: 'The platform refused these credentials.' },
  channel_account_missing: { status: 400, detail: 'Say from which account you will write.' },
  channel_start_failed: { status: 400, detail: 'The channel could not be started.' },
  channel_stop_failed: { status: 400, detail: 'The channel could not be stopped.' },
  channel_field_unknown: { status: 422, detail: 'This channel has no such field.' },
  channel_service_stopped: { status: 503, detail: 'Channel service is not running' },
})
