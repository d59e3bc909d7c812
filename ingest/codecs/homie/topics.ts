/** What a topic of the Homie convention is about. */
export type HomieTopic =
  | { readonly is: 'state' | 'online' | 'description' | 'nodes'; readonly device: string }
  | { readonly is: 'statistic'; readonly device: string; readonly name: string }
  | {
      readonly is: 'value' | 'attribute'
      readonly device: string
      readonly node: string
      readonly property: string
      /** Of an attribute: `$unit`, `$datatype` or `$format`. */
      readonly name: string
    }
  | { readonly is: 'other' }

const DEVICE_ATTRIBUTES: Readonly<Record<string, 'state' | 'online' | 'description' | 'nodes'>> = {
  $state: 'state',
  // Version 2, still in firmware: true or false.
  $online: 'online',
  $description: 'description',
  $nodes: 'nodes',
}

const PROPERTY_ATTRIBUTES: ReadonlySet<string> = new Set(['$unit', '$datatype', '$format'])

/** `homie/<device>/…` up to version 4, `homie/5/<device>/…` from version 5 on; an operator may have chosen another root. */
export function homieTopicOf(topic: string): HomieTopic {
  const [, first = '', ...after] = topic.split('/')
  const [device = '', second, third, fourth, ...more] = first === '5' ? after : [first, ...after]
  if (device === '' || device.startsWith('$') || !second || more.length > 0) return { is: 'other' }
  if (third === undefined) {
    const is = Object.hasOwn(DEVICE_ATTRIBUTES, second) ? DEVICE_ATTRIBUTES[second] : undefined
    return is === undefined ? { is: 'other' } : { is, device }
  }
  if (second === '$stats' && fourth === undefined) return { is: 'statistic', device, name: third }
  // Alerts, logs, firmware, attributes of nodes.
  if (second.startsWith('$') || third.startsWith('$') || third === '') return { is: 'other' }
  const property = { device, node: second, property: third, name: fourth ?? '' }
  if (fourth === undefined) return { is: 'value', ...property }
  // What is left is `set`, a command, and `$target`, the value on its way.
  return PROPERTY_ATTRIBUTES.has(fourth) ? { is: 'attribute', ...property } : { is: 'other' }
}
