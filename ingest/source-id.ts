const HARDWARE_ADDRESS = /^(?:[0-9A-Fa-f]{16}|[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5,7})$/

/** A device's name as a message has it; hardware addresses (EUI-64, MAC) in lower case, as the registry has them. */
export const sourceId = (name: string): string => (HARDWARE_ADDRESS.test(name) ? name.toLowerCase() : name)
