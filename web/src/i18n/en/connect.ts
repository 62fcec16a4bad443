export const connect = {
  signIn: 'Sign in to connect an account.',
  withoutAccount:
    'No account yet? Ask an administrator for an invitation, create your account with it, then open this link again.',
  title: 'Connect {{name}}?',
  asks: '{{agent}} asks for it to go on with your question.',
  asksInChat: '{{agent}} asks for it in your chat on {{channel}}, to go on with your question.',
  theAgent: 'The agent',
  service: 'Service',
  account: 'Account',
  anyAccount: 'The one with which you sign in there',
  chat: 'Your chat',
  you: 'Lent by',
  willBeAble: 'The agent will be able to',
  usual: 'What {{name}} allows by itself',
  warning: 'Continue only if you asked for this yourself. You can take it back at any time.',
  notNow: 'Not now',
  outcome: {
    done: {
      title: 'Connected to {{name}} as {{account}}',
      text: 'Go back to your chat: the agent goes on there.',
    },
    refused: {
      title: 'Nothing was connected',
      text: 'The agent was given nothing. The link in your chat still counts, should you change your mind.',
    },
    used: {
      title: 'This link was used already',
      text: 'It counts once. If that was not you, look at your connected accounts.',
    },
    expired: {
      title: 'This link has expired',
      text: 'It counts for half an hour. Ask for a new one in your chat.',
    },
    unknown: {
      title: 'This link is not for you',
      text: 'It counts only for the person in whose chat it was shown. A character may be missing, or you are signed in as somebody else.',
    },
  },
  toIntegrations: 'See your connected accounts',
}
