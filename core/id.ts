/** Ids of devices, entities and areas, fixed for the outside. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export const isId = (text: string): boolean => ID_PATTERN.test(text)
