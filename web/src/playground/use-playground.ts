import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { queryClient } from '../api/client.ts'
import { playgroundQuery, type Playground, type PlaygroundChange } from '../api/playground.ts'

/** The typing sign goes out by itself if no message follows it. */
const typingMs = 6_000

/** The simulated chat, kept up to date by its stream. */
export function usePlayground() {
  const query = useQuery({ ...playgroundQuery, staleTime: Infinity })
  const [isTyping, setIsTyping] = useState(false)
  const [isLive, setIsLive] = useState(true)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stream = new EventSource('/api/playground/stream')
    // A stream tells only what happens while it is open.
    stream.onopen = () => {
      setIsLive(true)
      void queryClient.refetchQueries({ queryKey: playgroundQuery.queryKey })
    }
    stream.onerror = () => setIsLive(false)
    stream.onmessage = ({ data }: MessageEvent<string>) => {
      const change = JSON.parse(data) as PlaygroundChange
      clearTimeout(timer)
      setIsTyping(change.type === 'typing')
      if (change.type === 'typing') timer = setTimeout(() => setIsTyping(false), typingMs)
      else applyMessage(change.message)
    }
    return () => {
      stream.close()
      clearTimeout(timer)
    }
  }, [])

  return { ...query, isTyping, isLive }
}

/** A bot's message may tell that the chat is connected now, so that the state is read again with it. */
function applyMessage(message: Playground['messages'][number]): void {
  const isNew = queryClient
    .getQueryData(playgroundQuery.queryKey)
    ?.messages.every(({ id }) => id !== message.id)
  queryClient.setQueryData(playgroundQuery.queryKey, (playground) =>
    playground === undefined
      ? undefined
      : { ...playground, messages: putMessage(playground.messages, message) },
  )
  if (isNew === true && message.from === 'bot') {
    void queryClient.invalidateQueries({ queryKey: playgroundQuery.queryKey })
  }
}

function putMessage(messages: Playground['messages'], message: Playground['messages'][number]) {
  const index = messages.findIndex(({ id }) => id === message.id)
  return index === -1 ? [...messages, message] : messages.with(index, message)
}
