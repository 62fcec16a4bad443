import { useQuery } from '@tanstack/react-query'
import { deliveriesQuery, type Delivery } from '../api/conversations.ts'

/** What became of a turn's answer on its way to a chat, if it had to go to one. */
export type DeliveryOf = (turnId: string | null) => Delivery | undefined

/** Reads them for conversations that are held in a chat. */
export function useDeliveries(conversationId: string, isInChat: boolean): DeliveryOf {
  const { data } = useQuery({ ...deliveriesQuery(conversationId), enabled: isInChat })
  return (turnId) => data?.find(({ turn_id }) => turn_id === turnId)
}
