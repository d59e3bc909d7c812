import type { ComponentChildren } from 'preact'

interface Props {
  readonly label: string
  /** How high it may be is said by the class. */
  readonly class?: string
  readonly children: ComponentChildren
}

/** A table that may be wider or higher than its place; it is scrolled by the keyboard, too. */
export function TableScroll({ label, class: name = '', children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class={`figures-scroll ${name}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}
