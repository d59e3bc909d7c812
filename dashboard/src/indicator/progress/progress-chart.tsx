import { useEffect, useRef } from 'preact/hooks'
import { language, theme } from '../../state/preferences.ts'
import type { ProgressChart as Chart } from './draw-progress.ts'
import type { ProgressLines } from './trend.ts'
import { w } from './words.ts'

/** uPlot comes with the first chart: it is not in the script of any page. */
export function ProgressChart({ lines, withTargets }: { lines: ProgressLines; withTargets: boolean }) {
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let gone = false
    let chart: Chart | null = null
    const element = container.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => chart?.resize())
    void import('./draw-progress.ts').then(({ drawProgress }) => {
      if (gone) return
      chart = drawProgress({ container: element, lines, withTargets })
      observer.observe(element)
    })
    return () => {
      gone = true
      observer.disconnect()
      chart?.close()
    }
    // Drawn anew with the theme's colours and the language's numbers.
  }, [lines, withTargets, theme.value, language.value])
  return (
    <div
      class="progress-chart"
      role="img"
      aria-label={w('chart')}
      ref={container}
      data-testid="progress-chart"
    />
  )
}
