/** A condition that the operator must mend before the platform can start; the message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
