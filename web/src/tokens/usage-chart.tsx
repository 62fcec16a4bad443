import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { scaleOf, type Bar, type Span } from './usage-buckets.ts'
import { useBarWords } from './use-bar-words.ts'
import classes from './usage.module.css'

const height = 100
const step = 10
const gap = 2

interface UsageChartProps {
  bars: readonly Bar[]
  span: Span
}

/** Bars of uses with refusals on top. What one points at is told above; the table tells it to everybody else. */
export function UsageChart({ bars, span }: UsageChartProps) {
  const { t, i18n } = useTranslation()
  const [pointedAt, setPointedAt] = useState<number>()
  const sayTime = useBarWords(span)
  const number = new Intl.NumberFormat(i18n.language)
  const scale = scaleOf(bars)
  const bar = pointedAt === undefined ? undefined : bars[pointedAt]
  const shown = bar ?? {
    uses: bars.reduce((sum, { uses }) => sum + uses, 0),
    refusals: bars.reduce((sum, { refusals }) => sum + refusals, 0),
  }
  const words = { uses: number.format(shown.uses), refusals: number.format(shown.refusals) }
  const ends = [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)].filter((one) => one !== undefined)
  return (
    <figure className={classes.chart}>
      <figcaption>
        <span>{bar === undefined ? t(`tokens.spans.${span}`) : sayTime(bar.at)}</span>
        <span data-kind="uses">{t('tokens.usesWords', words)}</span>
        <span data-kind="refusals">{t('tokens.refusalsWords', words)}</span>
      </figcaption>
      <div className={classes.plot}>
        <span className={classes.scale} aria-hidden>
          <span>{number.format(scale)}</span>
          <span>0</span>
        </span>
        <svg
          viewBox={`0 0 ${bars.length * step} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('tokens.chart', words)}
          onPointerLeave={() => setPointedAt(undefined)}
        >
          <path
            className={classes.grid}
            d={`M0 ${height / 2}H${bars.length * step}M0 0H${bars.length * step}`}
          />
          {bars.map((one, index) => (
            <BarShape
              key={one.at}
              bar={one}
              x={index * step}
              scale={scale}
              onPoint={() => setPointedAt(index)}
            />
          ))}
          <path className={classes.ground} d={`M0 ${height}H${bars.length * step}`} />
        </svg>
      </div>
      <div className={classes.times} aria-hidden>
        {ends.map(({ at }) => (
          <span key={at}>{sayTime(at)}</span>
        ))}
      </div>
    </figure>
  )
}

interface BarShapeProps {
  bar: Bar
  x: number
  scale: number
  onPoint: () => void
}

function BarShape({ bar: { uses, refusals }, x, scale, onPoint }: BarShapeProps) {
  // What happened at all is seen, however little it is beside the rest.
  const tall = (count: number) => (count === 0 ? 0 : Math.max(1.5, (count / scale) * height))
  const place = { x: x + gap / 2, width: step - gap }
  return (
    <g onPointerEnter={onPoint}>
      <rect className={classes.behind} x={x} y={0} width={step} height={height} />
      <rect className={classes.uses} {...place} y={height - tall(uses)} height={tall(uses)} />
      <rect
        className={classes.refusals}
        {...place}
        y={height - tall(uses) - tall(refusals)}
        height={tall(refusals)}
      />
    </g>
  )
}
