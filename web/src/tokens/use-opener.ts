import { useEffect, useRef } from 'react'

/**
 * Gives the focus back to what opened the first of several windows that follow each other, since each of them knows
 * the one before it alone. Where that is gone, the page's own action gets it.
 */
export function useOpener(isOpen: boolean): () => void {
  const opener = useRef<Element | null>(null)
  useEffect(() => {
    if (isOpen || opener.current === null) return
    const before = opener.current
    opener.current = null
    if (document.activeElement !== document.body) return
    const target = before.isConnected ? before : document.querySelector('main header button')
    if (target instanceof HTMLElement) target.focus({ preventScroll: true })
  }, [isOpen])
  return () => (opener.current ??= lasting(document.activeElement))
}

/** An entry of a menu goes with it; its button stays. */
function lasting(element: Element | null): Element | null {
  const id = element?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  return id === null || id === undefined ? element : document.getElementById(id)
}
