import { useEffect, useRef } from 'preact/hooks'
import { chooseAll, chooseNone, chosen } from './chosen.ts'
import { w } from './words.ts'

export function AlarmHead({ order }: { order: readonly number[] }) {
  const box = useRef<HTMLInputElement>(null)
  const marked = order.filter((id) => chosen.value.has(id)).length
  const isAll = marked > 0 && marked === order.length
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = marked > 0 && !isAll
  })
  return (
    <tr class="row-head" aria-rowindex={1}>
      <th scope="col" class="cell alarm-check">
        <label class="check-cell">
          <input
            type="checkbox"
            ref={box}
            checked={isAll}
            aria-label={w('head.select')}
            title={w('head.select')}
            onChange={() => (isAll ? chooseNone() : chooseAll(order))}
            data-testid="select-all"
          />
        </label>
      </th>
      {(['severity', 'what', 'where', 'since', 'state', 'action'] as const).map((name) => (
        <th scope="col" class={`cell alarm-${name}`} key={name}>
          {w(`head.${name}`)}
        </th>
      ))}
    </tr>
  )
}
