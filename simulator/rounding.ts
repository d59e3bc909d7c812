export const round = (value: number, digits: number): number => {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}

/** Cumulative quantities are cut, as a register is: rounding up would show what has not been counted yet. */
export const cut = (value: number, digits: number): number => {
  const scale = 10 ** digits
  return Math.floor(value * scale) / scale
}
