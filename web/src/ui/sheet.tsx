import { lazy, Suspense, useState } from 'react'
import type { DrawerSheetProps } from './drawer-sheet.tsx'

const DrawerSheet = lazy(async () => {
  const { DrawerSheet } = await import('./drawer-sheet.tsx')
  return { default: DrawerSheet }
})

/** A sheet from the side, whose code is loaded when it first opens: wide windows never need it. */
export function Sheet(props: DrawerSheetProps) {
  const [wasOpened, setWasOpened] = useState(props.opened)
  if (props.opened && !wasOpened) setWasOpened(true)
  if (!wasOpened) return null
  return (
    <Suspense>
      <DrawerSheet {...props} />
    </Suspense>
  )
}
