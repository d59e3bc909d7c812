import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { language, theme } from '../state/preferences.ts'
import type { Chart, Stroke } from './draw-chart.ts'
import type { Frame } from './frame.ts'
import type { Span } from './gaps.ts'

interface Drawing {
  readonly container: RefObject<HTMLElement | null>
  readonly strokes: readonly Stroke[]
  readonly frame: Frame
  readonly pointed: (timeS: number | null) => void
  readonly selected?: (span: Span) => void
  /** Hands out the chart once it is drawn, and null when it is gone. */
  readonly drawn?: (chart: Chart | null) => void
}

/** Keeps a chart in an element. uPlot comes with the first one: it is not in the script of any page. */
export function useChart(drawing: Drawing): void {
  const { container, strokes, frame } = drawing
  const chart = useRef<Chart | null>(null)
  const newest = useRef(drawing)
  newest.current = drawing

  useEffect(() => {
    let gone = false
    const element = container.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => chart.current?.resize())
    void import('./draw-chart.ts').then(({ drawChart }) => {
      if (gone) return
      const { selected } = newest.current
      chart.current = drawChart({
        container: element,
        strokes,
        pointed: (timeS) => newest.current.pointed(timeS),
        ...(selected === undefined ? {} : { selected: (span: Span) => newest.current.selected?.(span) }),
      })
      chart.current.show(newest.current.frame)
      newest.current.drawn?.(chart.current)
      observer.observe(element)
    })
    return () => {
      gone = true
      observer.disconnect()
      chart.current?.close()
      chart.current = null
      newest.current.drawn?.(null)
    }
    // Drawn anew with the theme's colours and the language's numbers.
  }, [JSON.stringify(strokes), theme.value, language.value])
  useEffect(() => chart.current?.show(frame), [frame])
}
