import type { ReactNode } from 'react'

interface IconProps {
  size?: number
}

/** Line icons on a 24 px grid; decoration only, so the control beside them carries the name. */
function icon(shape: ReactNode) {
  return function Icon({ size = 18 }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.75}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
      >
        {shape}
      </svg>
    )
  }
}

export const ChatIcon = icon(<path d="M4 5.5h16v11H10.5L6 20v-3.5H4z" />)
export const PhoneIcon = icon(
  <>
    <rect x="6.5" y="3" width="11" height="18" rx="2.5" />
    <path d="M11 17.8h2" />
  </>,
)
export const PlugIcon = icon(<path d="M9 3.5v4.5M15 3.5v4.5M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5v4" />)
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />)
export const SendIcon = icon(<path d="M12 19V5.5M6 11.5l6-6 6 6" />)
export const StopIcon = icon(<rect x="7" y="7" width="10" height="10" rx="1.5" fill="currentColor" />)
export const RetryIcon = icon(<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4.5V9H15" />)
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2" />
    <path d="M15.5 8.5V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2.5" />
  </>,
)
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />)
export const MenuIcon = icon(<path d="M4 7h16M4 12h16M4 17h16" />)
export const MoreIcon = icon(<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth={2.5} />)
export const ListIcon = icon(<path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01" />)
export const DownloadIcon = icon(<path d="M12 4v11M7 10.5l5 5 5-5M5 20h14" />)
export const FileIcon = icon(<path d="M7 3.5h6.5L18 8v12.5H7zM13.5 3.5V8H18" />)
export const ChevronIcon = icon(<path d="m9.5 6 6 6-6 6" />)
export const ArrowDownIcon = icon(<path d="M12 5v14M6 13l6 6 6-6" />)
export const AlertIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 8v4.5M12 16h.01" />
  </>,
)
export const KeyIcon = icon(
  <>
    <circle cx="8" cy="15.5" r="4.5" />
    <path d="m11.3 12.2 8.2-8.2M15.5 8l3 3" />
  </>,
)
export const CloseIcon = icon(<path d="m6.5 6.5 11 11M17.5 6.5l-11 11" />)
export const TicketIcon = icon(
  <path d="M4 7h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14.5 10v.01M14.5 12v.01M14.5 14v.01" />,
)
/** One thing tells others. */
export const WebhookIcon = icon(
  <>
    <circle cx="6" cy="12" r="2.5" />
    <circle cx="18" cy="6" r="2.5" />
    <circle cx="18" cy="18" r="2.5" />
    <path d="m8.3 10.9 7.4-3.8M8.3 13.1l7.4 3.8" />
  </>,
)
export const ToolIcon = icon(
  <path d="M14.5 6.5a4 4 0 0 1 5-1.2L17 7.8l1.2 1.2 2.5-2.5a4 4 0 0 1-5.4 5L9 17.8a1.8 1.8 0 0 1-2.6-2.6l6.3-6.3a4 4 0 0 1 1.8-2.4z" />,
)

/** Portico's mark: a roof on columns. */
export function Mark({ size = 24 }: IconProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="#125a5f" />
      <path d="M16 6 6 12v2h20v-2zM8 16h3v8H8zM14.5 16h3v8h-3zM21 16h3v8h-3zM6 25h20v2H6z" fill="#fff" />
    </svg>
  )
}
