import { render } from 'preact'
import { App } from './app.tsx'
import { startClock } from './state/clock.ts'
import { applyPreferences } from './state/preferences.ts'
import { resumeSignIn } from './state/sign-in.ts'
import './styles/base.css'
import './styles/controls.css'
import './styles/layout.css'
import './styles/header.css'
import './styles/table.css'
import './styles/table-phone.css'
import './styles/panel.css'
import './styles/indicator.css'

applyPreferences()
startClock()
const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no #app')
render(<App />, root)
void resumeSignIn()
