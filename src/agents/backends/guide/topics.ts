import type { Rule } from './rule.ts'

/** What the guide can explain. */
export const topics: readonly Rule[] = [
  {
    pattern:
      /\b(plug|connect|use|add|set ?up|configure)\b.*\b(real|own|my|another|openai)\b.*\b(agent|model|llm)|\breal (agent|model)|openai|ollama|base_url|接入.*(智能体|模型)|真正的(智能体|模型)|自己的(智能体|模型)/iu,
    answer: {
      en: `## Plug in a real agent

I have no model behind me. Any server that speaks the OpenAI chat-completions protocol can take my place.
The quickest way is to start Portico with two environment variables:

\`\`\`sh
export OPENAI_BASE_URL=http://127.0.0.1:11434/v1   # or leave it out for OpenAI itself
export OPENAI_API_KEY=...
npm start
\`\`\`

Or write it into \`portico.yaml\`:

\`\`\`yaml
agents:
  default:
    kind: openai
    base_url: http://127.0.0.1:11434/v1
    api_key: $OPENAI_API_KEY
    model: llama3.2
    system_prompt: You are a helpful assistant.
\`\`\`

Chats, accounts and history stay as they are; only the answers change.`,
      zh: `## 接入真正的智能体

我背后没有模型。任何支持 OpenAI chat completions 协议的服务都可以代替我。最快的办法是设置两个环境变量再启动：

\`\`\`sh
export OPENAI_BASE_URL=http://127.0.0.1:11434/v1   # 使用 OpenAI 官方服务时可省略
export OPENAI_API_KEY=...
npm start
\`\`\`

也可以写进 \`portico.yaml\`：

\`\`\`yaml
agents:
  default:
    kind: openai
    base_url: http://127.0.0.1:11434/v1
    api_key: $OPENAI_API_KEY
    model: llama3.2
\`\`\`

聊天、账号和历史都保留，只是换一个回答的人。`,
    },
  },
  {
    pattern:
      /telegram|\b(connect|link|bind)\b.*\b(chat|phone|account|bot|slack|discord|app)|\/connect\b|connect code|绑定|连接|关联|接入.*(聊天|飞书|钉钉|微信)|电报/iu,
    answer: {
      en: `## Connect a chat

With Telegram, once:

1. In Telegram, write \`/newbot\` to **@BotFather**. It answers with a token.
2. An admin opens **Channels** in the console, chooses **Telegram** and pastes the token and the bot's name.

Then everybody, for themselves:

1. In the console, choose **Connect** beside Telegram. You get a code that lives for ten minutes and works once.
2. Open the link, or write \`/connect CODE\` to the bot in a private chat.

From then on the bot knows that it is you, and your conversations are yours there too.
No Telegram at hand? The **playground** channel in the console goes through the same steps.`,
      zh: `## 连接一个聊天

以 Telegram 为例，先做一次：

1. 在 Telegram 里给 **@BotFather** 发送 \`/newbot\`，它会给你一个 token。
2. 管理员在控制台打开 **Channels**，选择 **Telegram**，填入 token 和机器人的名字。

然后每个人各自：

1. 在控制台点 Telegram 旁边的 **Connect**，得到一个十分钟内有效、只能用一次的连接码。
2. 打开链接，或者在私聊里给机器人发送 \`/connect 连接码\`。

从此机器人知道你是谁。没有 Telegram 也可以用控制台里的 **playground** 渠道走一遍同样的流程。`,
    },
  },
  {
    pattern: /\bcommands?\b|\/(new|status|stop|help|disconnect|whoami)\b|命令|指令/iu,
    answer: {
      en: `## Commands

These work in every chat:

| command | what it does |
| --- | --- |
| \`/new\` | begins a new conversation |
| \`/status\` | says what is running and what waits |
| \`/stop\` | stops the answer that is being written |
| \`/help\` | lists the commands |
| \`/connect CODE\` | connects this chat with your account |
| \`/disconnect\` | takes the connection back |
| \`/whoami\` | says who you are here |
| \`/connections\` | lists the accounts that you lend the agent |`,
      zh: `## 命令

在每个聊天里都可以用：

| 命令 | 作用 |
| --- | --- |
| \`/new\` | 开始新的对话 |
| \`/status\` | 显示正在进行和等待的内容 |
| \`/stop\` | 停止正在写的回答 |
| \`/help\` | 列出命令 |
| \`/connect 连接码\` | 把这个聊天和你的账号连接起来 |
| \`/disconnect\` | 取消连接 |
| \`/whoami\` | 显示你在这里是谁 |
| \`/connections\` | 列出你借给智能体的账号 |`,
    },
  },
  {
    pattern:
      /\bwhat\b.*\b(portico|is this|this is|can you do)\b|\bwho are you\b|\babout\b.*\bportico\b|^portico\W*$|\bexplain\b|你是谁|是什么|介绍|能做什么|可以做什么/iu,
    answer: {
      en: `**Portico is the front door of an AI agent.** It stands between people and the agent that answers them:

- **The door.** People write from the chat app that they already use, each as themselves.
- **The conversation.** It is kept, answered in order and once, and streamed to wherever they read.
- **The record.** Who connected which chat, and who changed which bot, is written down for good.

Messages are kept before they are acknowledged, answered in order and once, and streamed; you can reload this
page in the middle of an answer. I am only the guide: a few rules, no model. A real agent takes my place with two
lines of configuration.

Ask me *how to connect a chat*, *how to plug in a real agent*, or *what commands there are*.`,
      zh: `**Portico 是智能体的大门。** 它站在人和回答问题的智能体之间：

- **门**：每个人用自己常用的聊天软件写消息，而且以自己的身份。
- **对话**：消息会被保存，按顺序回答，只回答一次，并实时显示在他们阅读的地方。
- **记录**：谁连接了哪个聊天，谁改动了哪个机器人，都会留下记录。

消息先保存再确认，按顺序回答，只回答一次，并且边写边显示；回答到一半时刷新页面也没有关系。我只是向导：几条规则，没有模型。

可以问我：*怎么连接聊天*、*怎么接入自己的模型*、*有哪些命令*。`,
    },
  },
  {
    pattern: /\b(thanks|thank you|thx|cheers)\b|谢谢|多谢/iu,
    answer: { en: 'You are welcome.', zh: '不客气。' },
  },
]

/** Said when no rule fits. */
export const notUnderstood = {
  en: `I am the guide of Portico, a few rules without a model, and I have none for this.
Ask me *what is Portico*, *how to connect a chat*, *how to plug in a real agent*, *what commands there are*, or a sum such as \`12 * 7.5\`.`,
  zh: `我是 Portico 的向导，只有几条规则，没有模型，这句话我不懂。
可以问我：*Portico 是什么*、*怎么连接聊天*、*怎么接入自己的模型*、*有哪些命令*，或者一道算术题，比如 \`12 * 7.5\`。`,
}
