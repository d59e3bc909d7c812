const STOP_MS_MAX = 9500

/** Ends the process with 0 on the first SIGTERM or SIGINT: after `stop`, or within 10 s whatever happens. */
export function stopOnSignal(stop: () => Promise<void>, onSignal: (signal: string) => void): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (isStopping) return
      isStopping = true
      onSignal(signal)
      setTimeout(() => process.exit(0), STOP_MS_MAX).unref()
      void stop().finally(() => process.exit(0))
    })
}
