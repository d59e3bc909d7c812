import type { ComponentChildren } from 'preact'

type Fact = readonly [name: string, value: ComponentChildren]

export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="system-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** How full something is. Decorative: the figures stand beside it. */
export function Fill({ bytes, bytesMax }: { readonly bytes: number; readonly bytesMax: number }) {
  const share = Math.min(1, bytes / bytesMax)
  return (
    <div class="system-fill" aria-hidden="true">
      <span
        class={share >= 0.8 ? 'system-fill-high' : ''}
        style={{ width: `${(100 * share).toFixed(1)}%` }}
      />
    </div>
  )
}
