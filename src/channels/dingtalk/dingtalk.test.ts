import { describeChannel } from '../testing/channel-contract.ts'
import { dingtalk } from './dingtalk.ts'
import { setDingTalkStage } from './testing/stage.ts'

const limits = { neverRefusesMarkup: true, saysNoRetryAfter: true, forgetsWhileAway: true } as const

describeChannel(dingtalk, () => setDingTalkStage(), limits)

// Without a card template nothing can be edited, and answers are sent whole.
const buffered = { ...dingtalk, abilities: { ...dingtalk.abilities, streaming: 'buffer' } } as const

describeChannel(buffered, () => setDingTalkStage({ card: false }), limits)
