import { useCallback, useEffect, useRef, useState } from 'react'

const nearPx = 48

/**
 * Keeps a scrolling box at its end while its content grows, until the reader scrolls up; then it stays where
 * they are.
 */
export function useStickToEnd() {
  const box = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)
  const lastTop = useRef(0)
  const [isAtEnd, setIsAtEnd] = useState(true)

  const toEnd = useCallback(() => {
    sticks.current = true
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [])

  useEffect(() => {
    if (box.current === null || content.current === null) return
    const observer = new ResizeObserver(() => {
      if (sticks.current) toEnd()
    })
    observer.observe(content.current)
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [toEnd])

  const onScroll = useCallback(() => {
    if (box.current === null) return
    const { scrollHeight, scrollTop, clientHeight } = box.current
    // Content that grew since the last scroll leaves the end too; only going up means that somebody reads.
    if (scrollHeight - scrollTop - clientHeight < nearPx) sticks.current = true
    else if (scrollTop < lastTop.current) sticks.current = false
    lastTop.current = scrollTop
    setIsAtEnd(sticks.current)
  }, [])

  return { box, content, isAtEnd, toEnd, onScroll }
}
