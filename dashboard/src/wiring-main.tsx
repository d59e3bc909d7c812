import { render } from 'preact'
import { startClock } from './state/clock.ts'
import { applyPreferences } from './state/preferences.ts'
import { resumeSignIn } from './state/sign-in.ts'
import { WiringApp } from './wiring/wiring-app.tsx'
import './styles/base.css'
import './styles/controls.css'
import './styles/header.css'
import './styles/wiring.css'
import './styles/wiring-form.css'
import './styles/wiring-message.css'

applyPreferences()
startClock()
const root = document.getElementById('app')
if (root === null) throw new Error('wiring.html has no #app')
render(<WiringApp />, root)
void resumeSignIn()
