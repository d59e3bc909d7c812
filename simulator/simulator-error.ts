/** Something that whoever started the simulator can set right; the message says how. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError'
}
