import { useSignal } from '@preact/signals'
import { addressOf, route } from '../state/route.ts'
import { signedIn } from '../state/sign-in.ts'
import { isListed, KINDS, type Kind, mayUpload } from './kinds.ts'
import { KnownList } from './known-list.tsx'
import { Upload } from './upload.tsx'
import { w } from './words.ts'
import '../indicator/figures-table.css'
import './inputs.css'

/** What the figure is made of, apart from the devices: to look at, and to enter as files. */
export function InputsPage() {
  const kind = KINDS.find((known) => known === route.value.query.get('kind')) ?? 'populations'
  return (
    <main class="page-column inputs-page" data-testid="inputs-page">
      <header class="page-head">
        <h1 class="inputs-title">{w('title')}</h1>
        <a href={addressOf('indicator')}>{w('toIndicator')}</a>
      </header>
      <p class="muted inputs-about">{w('about')}</p>
      <nav class="inputs-kinds" aria-label={w('kinds')}>
        {KINDS.map((option) => (
          <a
            class="inputs-kind"
            key={option}
            href={addressOf('inputs', null, { kind: option })}
            aria-current={option === kind ? 'page' : undefined}
            data-testid={`kind-${option}`}
          >
            {w(`kind.${option}`)}
          </a>
        ))}
      </nav>
      <OfKind kind={kind} key={kind} />
    </main>
  )
}

function OfKind({ kind }: { kind: Kind }) {
  const version = useSignal(0)
  const who = signedIn.value
  if (who === null || who === 'asking') return null
  return (
    <>
      <p class="inputs-about">{w(`about.${kind}`)}</p>
      {mayUpload(who, kind) ? (
        <Upload kind={kind} stored={() => version.value++} />
      ) : (
        <p class="muted">{w('readOnly', { role: who.role })}</p>
      )}
      {isListed(kind) && <KnownList kind={kind} version={version.value} />}
    </>
  )
}
