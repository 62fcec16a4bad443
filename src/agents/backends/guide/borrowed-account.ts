import type { AgentGrant } from '../../agent.ts'
import type { Answer } from './rule.ts'
import type { Stage } from './stage.ts'

/** Services that say who somebody is there: by which path, and under which name the answer has it. */
const services = {
  github: { name: 'GitHub', path: 'user', field: 'login' },
  gitlab: { name: 'GitLab', path: 'user', field: 'username' },
  spotify: { name: 'Spotify', path: 'me', field: 'display_name' },
  discord: { name: 'Discord', path: 'users/@me', field: 'username' },
} as const
type Service = keyof typeof services

export const borrowing =
  /\buse\b.*\b(github|gitlab|spotify|discord)\b|\buse (an|my) account\b|使用.*(账号|github|gitlab|spotify|discord)/iu

/** Reads with an account of the person by the turn's grant, as any agent can; it never holds their token. */
export const useAccount: Answer = async function* ({ text, language, turn: { grant } }, stage) {
  const id = (/github|gitlab|spotify|discord/i.exec(text)?.[0].toLowerCase() ?? 'github') as Service
  const { name } = services[id]
  if (grant === null) {
    yield* stage.say(
      language === 'zh'
        ? '你在这里是访客，我不能使用任何人的账号。'
        : 'You are a guest here: I can use nobody’s account for you.',
    )
    return
  }
  let who: string | undefined
  yield* stage.useTool(id, { method: 'GET', path: services[id].path }, async () => {
    who = await whoIsThere(stage, grant, id)
    return { [services[id].field]: who }
  })
  const page = `${grant.url}/integrations`
  if (language === 'zh')
    yield* stage.say(
      who === undefined
        ? `我还不能使用你的 ${name} 账号。请打开我发到私聊里的链接，或者 ${page}，然后再写一次。`
        : `你在 ${name} 上是 **${who}**。我只拿到了回答，没有拿到你的令牌。`,
    )
  else
    yield* stage.say(
      who === undefined
        ? `I may not use your ${name} account yet. Open the link that came to your private chat, or ${page}, and write this again.`
        : `You are **${who}** on ${name}. I was given the answer and never your token.`,
    )
}

/** Throws what people may read. */
async function whoIsThere(stage: Stage, grant: AgentGrant, id: Service): Promise<string> {
  const { path, field } = services[id]
  const response = await stage.fetch(`${grant.url}/proxy/${id}/${path}`, {
    headers: { authorization: `Bearer ${grant.token}` },
  })
  const answer: unknown = await response.json().catch(() => undefined)
  const said = (key: string) =>
    typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[key] : undefined
  const who = said(field)
  if (response.ok && typeof who === 'string') return who
  throw new Error(typeof said('detail') === 'string' ? String(said('detail')) : 'The service did not say it.')
}
