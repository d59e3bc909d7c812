import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect } from 'preact/hooks'

const NARROW = matchMedia('(max-width: 760px)')
const ROW_PX = 44
/** On a phone a row is a card of three lines. Both as in table.css. */
const ROW_NARROW_PX = 104

export interface ScrollView {
  readonly scrollPx: number
  readonly heightPx: number
  readonly rowPx: number
}

/** What of the scrolled rows is in sight. */
export function useScrollView(scroller: {
  readonly current: HTMLElement | null
}): ReadonlySignal<ScrollView> {
  const measure = (): ScrollView => ({
    scrollPx: scroller.current?.scrollTop ?? 0,
    heightPx: scroller.current?.clientHeight ?? 800,
    rowPx: NARROW.matches ? ROW_NARROW_PX : ROW_PX,
  })
  const view = useSignal(measure())
  const update = (): void => {
    view.value = measure()
  }
  useLayoutEffect(update, [])
  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const observer = new ResizeObserver(update)
    observer.observe(element)
    element.addEventListener('scroll', update, { passive: true })
    NARROW.addEventListener('change', update)
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', update)
      NARROW.removeEventListener('change', update)
    }
  }, [])
  return view
}
