import { believed, type Curve } from '../curves/curve.ts'
import type { Stroke } from '../curves/draw-chart.ts'
import type { DrawnLine } from '../curves/frame.ts'
import { plausibleOf } from '../state/catalogue.ts'
import { channelOf, isSwitch, quantityOf } from './quantities.ts'
import type { Loaded } from './use-curves.ts'

/** A quantity on a chart: what is drawn of it, and how. */
export interface ChartLine {
  readonly key: string
  /** Of the CSS: `--line-1`. */
  readonly colour: string
  /** What stands at its end; null: it is alone. */
  readonly label: string | null
  readonly curve: Curve
  readonly earlier: Curve | null
  readonly drawn: readonly DrawnLine[]
  readonly strokes: readonly Stroke[]
}

const COLOURS = 6

export function chartLines(type: string, keys: readonly string[], loaded: Loaded): ChartLine[] {
  const isAlone = keys.length === 1
  return keys.flatMap((key, index) => {
    const plausible = plausibleOf(type, key)
    const [found, before] = [loaded.curves.get(key), loaded.earlier.get(key)]
    if (found === undefined) return []
    const curve = believed(found, plausible)
    const earlier = before === undefined ? null : believed(before, plausible)
    const colour = `line-${(index % COLOURS) + 1}`
    const label = isAlone ? null : labelOf(key, keys, index)
    const stroke: Stroke = { colour, label, isStepped: isSwitch(key), isEarlier: false }
    return {
      key,
      colour,
      label,
      curve,
      earlier,
      // The earlier ones first: they lie beneath.
      drawn: [
        ...(earlier === null ? [] : [{ curve: earlier, plausible, isEarlier: true }]),
        { curve, plausible, isEarlier: false },
      ],
      strokes: [...(earlier === null ? [] : [{ ...stroke, isEarlier: true }]), stroke],
    }
  })
}

/** Short: the channel, or the number in the legend where that does not tell lines apart. */
function labelOf(key: string, keys: readonly string[], index: number): string {
  const isOneQuantity = keys.every((other) => quantityOf(other) === quantityOf(key))
  return (isOneQuantity ? channelOf(key) : null) ?? String(index + 1)
}
