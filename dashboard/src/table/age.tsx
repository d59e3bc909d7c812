import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { nowMs } from '../state/clock.ts'
import { formatAge, formatMoment } from '../text/format.ts'

/** "3 phút". Ticks by replacing one text node: nothing around it is rendered again. */
export function Age({ time }: { time: string }) {
  const text = useMemo(() => {
    const timeMs = Date.parse(time)
    return computed(() => formatAge(nowMs.value - timeMs))
  }, [time])
  return (
    <time class="age" dateTime={time} title={formatMoment(Date.parse(time))}>
      {text}
    </time>
  )
}
