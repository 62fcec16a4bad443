import { describeChannel } from '../testing/channel-contract.ts'
import { setWeComStage } from './testing/stage.ts'
import { wecom } from './wecom.ts'

describeChannel(wecom, () => setWeComStage(), {
  neverRefusesMarkup: true,
  saysNoRetryAfter: true,
  forgetsWhileAway: true,
  namesNoFiles: true,
})
