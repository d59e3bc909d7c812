import { isSimulated } from '../state/sign-in.ts'

/** Hands a file to the browser's downloads; of simulated data its name says so. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = isSimulated.value ? `simulated_${name}` : name
  link.click()
  // The download has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
