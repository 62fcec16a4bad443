interface ChannelMarkProps {
  /** The SVG of the channel's definition. */
  logo: string
  size?: number
}

/** A platform's mark. As an image its SVG can neither run scripts nor load anything. */
export function ChannelMark({ logo, size = 24 }: ChannelMarkProps) {
  return <img src={`data:image/svg+xml,${encodeURIComponent(logo)}`} width={size} height={size} alt="" />
}
