export const link = {
  signIn: 'Sign in to connect your chat account.',
  withoutAccount:
    'No account yet? Ask an administrator for an invitation, create your account with it, then open this link again.',
  title: 'Connect this chat account?',
  text: 'It will speak to the agent as {{account}}.',
  account: '{{platform}} account',
  unnamed: 'Without a name',
  bot: 'Bot',
  asked: 'Asked',
  another: 'You are connected on {{platform}} already; this would be one more account.',
  warning:
    'Confirm only if you asked for this link yourself, in your own chat with {{bot}}. Whoever sent it to you could otherwise act in your name.',
  confirm: 'Connect it',
  refuse: 'This is not me',
  toChannels: 'See your connections',
  numberTitle: 'Send this number',
  numberText: 'Send it in your chat with {{bot}} on {{platform}}. That proves that the chat is yours.',
  numberWaiting: 'Waiting for the number in the chat',
  outcome: {
    done: {
      title: 'Connected on {{platform}}',
      text: 'Go back to your chat with {{bot}} and write to it.',
    },
    refused: {
      title: 'Nothing was connected',
      text: 'Nobody can act in your name by this link. If somebody sent it to you, they may have meant to.',
    },
    ended: {
      title: 'Not connected',
      text: 'The number was not sent in time, or wrong ones were sent. Ask the bot for a new link.',
    },
    used: {
      title: 'This link was used already',
      text: 'It counts once. If that was not you, ask the bot for a new one.',
    },
    expired: {
      title: 'This link has expired',
      text: 'It counts for half an hour, and until the bot makes a newer one. Ask the bot for a new one.',
    },
    unknown: {
      title: 'This link is not known here',
      text: 'A character may be missing, or the bot that made it is gone. Ask the bot for a new one.',
    },
    linked: {
      title: 'This chat account is connected already',
      text: 'To connect it with another account, disconnect it first where it is connected.',
    },
  },
}
