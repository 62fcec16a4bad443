export const playground = {
  title: 'Playground',
  intro:
    'A chat app in a box. Walk through it once and you know how Telegram, Slack and the others work here.',
  step1: 'Say hello',
  step1Text:
    'The bot does not know who is writing, so it refuses. Nobody reaches your agent by guessing a bot name.',
  sayHello: 'Say hello for me',
  hello: 'Hello!',
  step2: 'Connect the chat',
  step2Text:
    'Make a code here, where you are signed in, and send it there. The code proves that both are you.',
  makeCode: 'Make a code',
  newCode: 'Make a new code',
  sendCode: 'Send it for me',
  codeLabel: 'Connect code',
  expires: 'Valid for {{time}}',
  expired: 'This code is no longer valid.',
  step3: 'Talk as yourself',
  step3Text:
    'From now on the agent knows you here. These messages are also in Chat, and you can go on there.',
  connectedAs: 'Connected as {{name}}',
  disconnect: 'Disconnect',
  notConnected: 'Not connected',
  ask: 'Ask “{{text}}”',
  done: 'Done',
  bot: 'Bot',
  phone: 'Simulated chat app',
  empty: 'No messages yet. Say hello.',
  typing: '{{name}} is typing',
  edited: 'edited',
  placeholder: 'Message',
}
