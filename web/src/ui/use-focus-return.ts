import { useEffect } from 'react'

/** Gives the focus back to what had it before a window opened; Mantine does not when the window is born open. */
export function useFocusReturn(opened: boolean): void {
  useEffect(() => {
    if (!opened) return
    const before = document.activeElement
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [opened])
}
