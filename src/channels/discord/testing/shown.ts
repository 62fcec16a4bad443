/** A text in Discord's markdown as people see it: https://support.discord.com/hc/en-us/articles/210298617 */
export function shown(text: string): string {
  const kept: string[] = []
  const keep = (value: string) => `\u0000${kept.push(value) - 1}\u0000`
  return text
    .replace(/```(?:[\w+#.-]+\n|\n)?([\s\S]*?)\n?```/g, (_, code: string) => keep(code))
    .replace(/``([^`]|[^`][\s\S]*?[^`])``/g, (_, code: string) => keep(code.trim()))
    .replace(/`([^`]+)`/g, (_, code: string) => keep(code))
    .replace(/\\([^A-Za-z0-9\s])/g, (_, sign: string) => keep(sign))
    .replace(/\[([^\]]+)\]\(<?https?:[^)]*\)/g, '$1')
    .replace(/\*\*|__|~~|\|\||\*|(?<![^\W_])_|_(?![^\W_])/g, '')
    .replace(/^(?:#{1,3}|-#|>) /gm, '')
    .replace(/\u0000(\d+)\u0000/g, (_, index: string) => kept[Number(index)] ?? '')
}
