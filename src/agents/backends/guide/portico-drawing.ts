/** An SVG of a portico with a name in its frieze. */
export function porticoDrawing(name: string): string {
  const columns = [40, 100, 160, 220, 280]
    .map((x) => `<rect x="${x}" y="110" width="20" height="90"/>`)
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 230" width="340" height="230">
<rect width="340" height="230" fill="#f4f7f6"/>
<g fill="#0b7a75"><path d="M20 80 170 20 320 80z"/>${columns}<rect x="20" y="204" width="300" height="10"/></g>
<rect x="20" y="84" width="300" height="22" fill="#0b7a75"/>
<text x="170" y="100" fill="#fff" font-family="serif" font-size="14" text-anchor="middle">${escapeXml(shorten(name))}</text>
</svg>
`
}

function shorten(name: string): string {
  const letters = Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment)
  return letters.length > 30 ? `${letters.slice(0, 29).join('')}…` : name
}

function escapeXml(text: string): string {
  return (
    text
      // XML 1.0 forbids these even when escaped.
      .replace(/[\u0000-\u001f]/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}
