import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { isMapShown, VIEW_KEYS } from '../state/overview.ts'
import { addressOf, route, setQuery } from '../state/route.ts'
import { partOf } from '../state/view.ts'
import { copyText } from '../text/copy-text.ts'
import { formatCount } from '../text/format.ts'
import { changeViews, keepViews, savedViews } from './saved-views.ts'
import { NAME_MAX, type SavedView, VIEWS_MAX } from './views.ts'
import { madeName, w } from './words.ts'

const nameOf = ({ id, name }: SavedView): string => name ?? madeName(id)
const linkTo = (query: string): string =>
  addressOf('overview', null, Object.fromEntries(new URLSearchParams(query)))

/** Views with names; each is a plain link. Those of the present address can be renamed, copied and removed. */
export function ViewsBar() {
  useEffect(keepViews, [])
  const present = useComputed(() => partOf(route.value.query, VIEW_KEYS)).value
  const naming = useSignal<'new' | SavedView | null>(null)
  const removed = useSignal<{ readonly view: SavedView; readonly at: number } | null>(null)
  const views = savedViews.value
  const current = views.find(({ query }) => query === present) ?? null

  const remove = (view: SavedView): void => {
    removed.value = { view, at: views.indexOf(view) }
    changeViews(views.filter((one) => one !== view))
  }
  const undo = (): void => {
    if (removed.value !== null) changeViews(views.toSpliced(removed.value.at, 0, removed.value.view))
    removed.value = null
  }
  const keep = (name: string): void => {
    if (naming.value === 'new') changeViews([...views, { id: Date.now().toString(36), name, query: present }])
    else changeViews(views.map((view) => (view === naming.value ? { ...view, name } : view)))
    naming.value = null
  }
  return (
    <div class="views" data-testid="views">
      <nav class="view-links" aria-label={w('views.title')}>
        <ViewLink query="" name={w('views.all')} isCurrent={present === ''} />
        {views.map((view) => (
          <ViewLink key={view.id} query={view.query} name={nameOf(view)} isCurrent={view === current} />
        ))}
      </nav>
      {current === null && present !== '' && naming.value === null && (
        <SaveButton isFull={views.length >= VIEWS_MAX} start={() => (naming.value = 'new')} />
      )}
      {current !== null && naming.value === null && (
        <ViewTools view={current} rename={() => (naming.value = current)} remove={() => remove(current)} />
      )}
      {naming.value !== null && (
        <NameForm
          name={naming.value === 'new' ? '' : nameOf(naming.value)}
          keep={keep}
          cancel={() => (naming.value = null)}
        />
      )}
      {!isMapShown.value && (
        <button type="button" class="chip map-back" onClick={() => setQuery({ map: null })}>
          {w('map.show')}
        </button>
      )}
      <p class="view-removed" role="status">
        {removed.value !== null && (
          <>
            {w('views.removed', { name: nameOf(removed.value.view) })}{' '}
            <button type="button" class="chip" onClick={undo} data-testid="view-undo">
              {w('views.undo')}
            </button>
          </>
        )}
      </p>
    </div>
  )
}

function ViewLink({ query, name, isCurrent }: { query: string; name: string; isCurrent: boolean }) {
  return (
    <a
      class="view-link"
      href={linkTo(query)}
      aria-current={isCurrent ? 'true' : undefined}
      data-testid="view-link"
    >
      {name}
    </a>
  )
}

function SaveButton({ isFull, start }: { isFull: boolean; start: () => void }) {
  if (isFull) return <span class="muted small">{w('views.full', { count: formatCount(VIEWS_MAX) })}</span>
  return (
    <button type="button" class="chip" title={w('views.saveHint')} onClick={start} data-testid="view-save">
      + {w('views.save')}
    </button>
  )
}

interface ToolsProps {
  readonly view: SavedView
  readonly rename: () => void
  readonly remove: () => void
}

function ViewTools({ view, rename, remove }: ToolsProps) {
  const copied = useSignal<'copy' | 'copied' | 'notCopied'>('copy')
  useEffect(() => {
    copied.value = 'copy'
  }, [view.id])
  const copy = async (): Promise<void> => {
    copied.value = (await copyText(new URL(linkTo(view.query), location.href).href)) ? 'copied' : 'notCopied'
  }
  return (
    <fieldset class="view-tools" aria-label={w('views.tools', { name: nameOf(view) })}>
      <button type="button" class="chip" onClick={() => void copy()}>
        <span aria-live="polite">{w(`views.${copied.value}`)}</span>
      </button>
      <button type="button" class="chip" onClick={rename} data-testid="view-rename">
        {w('views.rename')}
      </button>
      <button type="button" class="chip" onClick={remove} data-testid="view-remove">
        {w('views.remove')}
      </button>
    </fieldset>
  )
}

interface FormProps {
  readonly name: string
  readonly keep: (name: string) => void
  readonly cancel: () => void
}

function NameForm({ name, keep, cancel }: FormProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.select(), [])
  const submit = (event: Event): void => {
    event.preventDefault()
    const given = input.current?.value.trim() ?? ''
    if (given !== '') keep(given)
  }
  // Escape is also how the entity panel closes.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    cancel()
  }
  return (
    <form class="view-form" onSubmit={submit} onKeyDown={onKeyDown}>
      <input
        class="input"
        ref={input}
        defaultValue={name}
        maxLength={NAME_MAX}
        required
        aria-label={w('views.name')}
        placeholder={w('views.name')}
        data-testid="view-name"
      />
      <button type="submit" class="chip chip-on" data-testid="view-keep">
        {w('views.keep')}
      </button>
      <button type="button" class="chip" onClick={cancel}>
        {w('views.cancel')}
      </button>
    </form>
  )
}
