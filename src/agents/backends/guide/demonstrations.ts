import { AgentError, type AgentEvent } from '../../agent.ts'
import { calculate, findArithmetic } from './arithmetic.ts'
import { borrowing, useAccount } from './borrowed-account.ts'
import { markdownSample } from './markdown-sample.ts'
import { numbersFrom1To } from './numbers.ts'
import { porticoDrawing } from './portico-drawing.ts'
import type { Answer, Demonstration, Rule } from './rule.ts'
import type { Stage } from './stage.ts'

/** What the guide can show, in the order in which it suggests them. */
export const demonstrations: readonly Demonstration[] = [
  {
    pattern: /\b(show|see|test)\b.*\b(markdown|format\w*|table)\b|^markdown\W*$|格式|排版|markdown/iu,
    invitation: { en: 'show markdown', zh: '展示排版' },
    answer: markdownSample,
  },
  {
    pattern: /\b(use|call|show|run|test)\b.*\btools?\b|^tools?\W*$|工具/iu,
    invitation: { en: 'use a tool', zh: '使用工具' },
    answer: async function* ({ language }, stage) {
      const expression = '(19 + 23) * 1.5'
      yield* stage.say(
        language === 'zh'
          ? `我来用计算器算 ${expression}。`
          : `I take the calculator for ${expression}. A real agent would look something up for you.`,
      )
      const result = yield* calculateAloud(expression, stage)
      yield* stage.say(
        language === 'zh'
          ? `结果是 **${result ?? ''}**。你也可以写一道自己的题，比如 \`12 * 7.5\`。`
          : `It says **${result ?? ''}**. Write a sum of your own, such as \`12 * 7.5\`, and I use it again.`,
      )
    },
  },
  {
    pattern: /\blong (answer|text|message)\b|长回答|长文|长消息/iu,
    invitation: { en: 'long answer', zh: '长回答' },
    answer: async function* ({ language }, stage) {
      yield* stage.say(
        language === 'zh'
          ? '下面超过五千个字符，聊天软件一条消息放不下，所以会分成几条；数字应该一个不少。\n\n'
          : 'More than 5,000 characters follow. Most chats cannot hold that in one message, so it is split; no number should be missing.\n\n',
      )
      yield* stage.say(numbersFrom1To(100))
    },
  },
  {
    pattern:
      /\b(send|show|make|draw|give|get)\b.*\b(file|picture|image|drawing)|^(a )?(file|picture|image)\W*$|文件|图片|画/iu,
    invitation: { en: 'send a file', zh: '发送文件' },
    answer: async function* ({ language, turn }, stage) {
      yield* stage.say(
        language === 'zh' ? '这是我刚画的一张小图。' : 'Here is a small drawing, made a moment ago.',
      )
      yield* stage.file('portico.svg', 'image/svg+xml', porticoDrawing(turn.user.name))
    },
  },
  {
    pattern: borrowing,
    invitation: { en: 'use my GitHub account', zh: '使用我的 GitHub 账号' },
    answer: useAccount,
  },
  {
    pattern: /\b(show|see|test)\b.*\b(buttons?|choices?)\b|^(buttons?|choices?)\W*$|按钮/iu,
    invitation: { en: 'show buttons', zh: '展示按钮' },
    answer: async function* ({ language }, stage) {
      const [table, file] =
        language === 'zh' ? (['展示排版', '发送文件'] as const) : (['show markdown', 'send a file'] as const)
      yield* stage.say(
        language === 'zh'
          ? `下一步：**${table}** 还是 **${file}**？有按钮的聊天软件会把它们显示成按钮。`
          : `What next, **${table}** or **${file}**? Chats that have buttons show these as buttons.`,
      )
      yield* stage.offer([table, file])
    },
  },
  {
    pattern: /\bslow (answer|reply|response)\b|^slow\W*$|慢/iu,
    invitation: { en: 'slow answer', zh: '慢回答' },
    answer: async function* ({ language }, stage) {
      yield* stage.say(
        language === 'zh'
          ? '这要二十秒。你可以趁现在刷新页面、发送 `/stop`，或者再发一条消息看它排队。\n\n'
          : 'This takes twenty seconds. Meanwhile, reload the page, send `/stop`, or write again and see it wait its turn.\n\n',
      )
      for (let step = 1; step <= 20; step++) {
        await stage.pause(1000)
        yield* stage.say(language === 'zh' ? `- 第 ${step} 步，共 20 步\n` : `- step ${step} of 20\n`)
      }
    },
  },
  {
    pattern:
      /\b(show|see|make|throw|test)\b.*\b(error|failure)|^(an? )?(error|failure|fail)\W*$|错误|出错|失败/iu,
    invitation: { en: 'show an error', zh: '展示错误' },
    answer: async function* ({ language }) {
      throw new AgentError(
        'agent_failed',
        language === 'zh'
          ? '这是按你的要求做的一次失败。真正的智能体无法回答时，你看到的就是这样。'
          : 'This failure was made to order. You see one like it when a real agent cannot answer.',
      )
    },
  },
]

const answerSum: Answer = async function* ({ text, language }, stage) {
  const expression = findArithmetic(text) ?? text
  const result = yield* calculateAloud(expression, stage)
  if (result !== undefined) yield* stage.say(`${expression} = **${result}**`)
  else yield* stage.say(language === 'zh' ? '这道题没有结果。' : 'That has no result.')
}

/** Calculates with a visible tool call; the result is undefined if the expression has none. */
async function* calculateAloud(
  expression: string,
  stage: Stage,
): AsyncGenerator<AgentEvent, number | undefined> {
  let result: number | undefined
  yield* stage.useTool('calculator', { expression }, () => {
    result = calculate(expression)
    if (result === undefined) throw new Error('This is not a sum that I understand.')
    return { result }
  })
  return result
}

/** A sum anywhere in the message. */
export const sums: Rule = {
  pattern: /\d\)*\s*(?:[+*/^x×·÷−]|\*\*|\s-\s)\s*\(*[−-]?\(*[\d.]/iu,
  answer: answerSum,
}
