import { type LoadSettings, runLoad } from './load.ts'

// A process of its own, so that making the load is not counted to, and does not wait for, what is measured.
process.once('message', (settings: LoadSettings) => {
  runLoad(settings).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: Error) => process.send?.({ fault: error.message }, () => process.exit(1)),
  )
})
