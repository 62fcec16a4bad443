import { TelegramSimulator } from '../channels/telegram/testing/simulator.ts'
import { portOf, type Command } from './command.ts'
import { StopSignals } from './stop-signals.ts'

/** `portico sim` */
export const sim: Command = {
  about:
    'Runs a Telegram on this machine that a bot cannot tell from the real one, for trials without an account.',
  options: { port: { type: 'string', value: 'PORT', about: 'Port to listen on. Default: 8081.' } },
  async run(flags, context) {
    const signals = new StopSignals()
    const telegram = new TelegramSimulator(Date.now)
    await telegram.listen(portOf(flags) ?? 8081)
    const { token, account } = telegram.addBot({ username: 'portico_bot' })
    telegram.person({ id: 1, first_name: 'Ada' })
    context.print(howTo(telegram.url, token, account.username))
    await signals.first
    await telegram.stop()
    return 0
  },
}

function howTo(url: string, token: string, username: string): string {
  return `
A Telegram with one bot and one person is at ${url}.

In portico.yaml:

  channels:
    telegram:
      api_root: ${url}
      bot_token: "${token}"
      bot_username: ${username}

The person writes:

  curl -X POST ${url}/control/write -H 'content-type: application/json' \\
    -d '{"token": "${token}", "personId": 1, "text": "hello"}'

and reads the chat:

  curl -X POST ${url}/control/chat -H 'content-type: application/json' \\
    -d '{"token": "${token}", "chatId": 1}'

Stop it with Ctrl-C.`
}
