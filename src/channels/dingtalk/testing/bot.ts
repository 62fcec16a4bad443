import { randomBytes } from 'node:crypto'
import type { SimulatedFile, SimulatedPerson } from '../../testing/simulated-platform.ts'
import { Faults } from '../../testing/connection-faults.ts'
import type { Room } from './room.ts'
import { StreamSide } from './stream-side.ts'

/** An application with a robot, as the platform knows it. */
export class BotAccount {
  readonly name: string
  readonly clientId = `ding${randomBytes(8).toString('hex')}`
  readonly clientSecret = randomBytes(24).toString('base64url')
  readonly cardTemplateId = `${randomBytes(8).toString('hex')}.schema`
  readonly corpId: string
  /** What messages name as the robot; where it is not the client id, sending needs this one. */
  robotCode: string
  readonly chatbotUserId = `$:LWCP_v1:$${randomBytes(9).toString('base64')}`
  readonly faults = new Faults()
  readonly tokens = new Set<string>()
  readonly tickets = new Set<string>()
  readonly rooms = new Map<string, Room>()
  readonly uploads = new Map<string, SimulatedFile>()
  readonly downloads = new Map<string, SimulatedFile>()
  readonly stream: StreamSide
  gatewayCalls = 0
  tokenCalls = 0

  constructor(name: string, corpId: string) {
    this.name = name
    this.corpId = corpId
    this.robotCode = this.clientId
    this.stream = new StreamSide(this.clientId, this.faults)
  }

  /** Messages go to the robot as callbacks of its stream. */
  tell(room: Room, person: SimulatedPerson, content: { msgtype: string } & Record<string, unknown>): void {
    this.stream.deliver({
      conversationId: room.conversationId,
      conversationType: room.kind === 'private' ? '1' : '2',
      ...(room.kind === 'group' ? { conversationTitle: room.title, isInAtList: true } : {}),
      msgId: `msg${randomBytes(12).toString('base64')}`,
      createAt: Date.now(),
      chatbotCorpId: this.corpId,
      chatbotUserId: this.chatbotUserId,
      robotCode: this.robotCode,
      senderId: `$:LWCP_v1:$${Buffer.from(person.id).toString('base64')}`,
      senderNick: person.name,
      senderCorpId: this.corpId,
      senderStaffId: person.id,
      isAdmin: false,
      sessionWebhook: 'https://oapi.dingtalk.com/robot/sendBySession?session=none',
      sessionWebhookExpiredTime: Date.now() + 5_400_000,
      ...content,
    })
  }

  /** The private chat with the person of this id. */
  chatWith(staffId: string): Room | undefined {
    return [...this.rooms.values()].find((room) => room.kind === 'private' && room.personId === staffId)
  }

  revokeTokens(): void {
    this.tokens.clear()
  }
}
