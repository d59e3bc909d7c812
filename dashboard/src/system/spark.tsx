import { w } from './words.ts'

const WIDTH = 120
const HEIGHT = 32

interface SparkProps {
  readonly name: string
  /** At most one for each half minute of an hour, the newest last. */
  readonly values: readonly number[]
  readonly format: (value: number) => string
}

/** A curve of the last hour, which begins where the platform did. */
export function Spark({ name, values, format }: SparkProps) {
  const last = values.at(-1)
  if (last === undefined || values.length < 2) return <p class="spark-note muted small">{w('spark.none')}</p>
  const max = Math.max(...values)
  const x = (at: number): number => WIDTH - values.length + 1 + at
  const y = (value: number): number => HEIGHT - 1 - (max === 0 ? 0 : (value / max) * (HEIGHT - 3))
  const points = values.map((value, at) => `${x(at)},${y(value).toFixed(1)}`)
  const fill = { name, max: format(max), last: format(last) }
  return (
    <figure class="spark">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={w('spark.label', fill)}
      >
        <polygon class="spark-area" points={`${x(0)},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
        <polyline class="spark-line" points={points.join(' ')} />
      </svg>
      <figcaption class="muted small" aria-hidden="true">
        {w('spark.hour', fill)}
      </figcaption>
    </figure>
  )
}
