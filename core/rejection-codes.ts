/** Every reason for which a message or one of its values is refused: the closed union, with what the sender
 *  can do about it. docs/rejections.md is checked against this table by a test, in both directions. */
export const REJECTION_CODES = {
  not_json: 'The payload is no JSON text (RFC 8259). Numbers such as NaN and Infinity are not JSON.',
  encrypted_payload: 'The bytes are encrypted: the network server does not have the key of the device.',
  not_cbor: 'The payload begins like CBOR (RFC 8949) and is none.',
  not_protobuf: 'The payload is no message of Protocol Buffers of the kind that its topic has.',
  too_deep: 'The JSON nests deeper than 16 levels. Send the flat canonical form.',
  wrong_shape: 'The JSON is not an object, or an array of objects, with "values". See docs/wiring.md.',
  too_many_values: 'More than 1,000 values in one message. Split it.',
  unsupported_feature: 'The message needs something of its format, by its own word, that is not known here.',
  unknown_alias: 'The metric has a number in place of its name, and no birth that gave it is known.',
  unknown_quantity: 'The quantity is not in the catalogue at GET /api/v1/quantities.',
  wrong_type: 'The value has a type that this quantity does not take (text for a measure, or an object).',
  not_finite: 'The number is outside the range of an IEEE 754 double.',
  out_of_range: 'The number is beyond ±1e100, which no sensor measures and no average survives.',
  too_many_series:
    'The device has 256 series (quantities and channels) already. Channels are phases, tariffs and ports.',
  label_too_long: 'A state label has more than 200 characters.',
  unit_not_convertible: 'The unit is not one of those the quantity accepts.',
  invalid_time: 'The time is neither RFC 3339 with a zone nor epoch milliseconds.',
  time_in_future: "The time is more than 10 minutes ahead of the platform's. Check the device's clock.",
  time_too_old: 'The time is older than the retention of observations (RETENTION_DAYS).',
  conflicting_value: 'Another value is already stored for the same series and time. The first one stays.',
  topic_not_allowed:
    'The device may not publish to this topic. It may use devices/<its id>/readings and …/status.',
  no_codec: 'No codec reads messages of this topic.',
  source_not_allowed: 'The message speaks for a device that its sender may not speak for.',
  device_held:
    'The message speaks for a device behind a gateway that waits for approval. Approve it, then replay.',
  too_many_children: 'The gateway has brought as many unregistered devices as its rule allows.',
  decoder_failed: "The decoder of the device's profile could not read the bytes.",
  mapping_failed: 'The mapping of this topic could not read the message.',
  payload_too_large: 'The message is larger than 256 KiB. Split it; the connection was closed.',
  invalid_reply:
    'An answer to a command is {"id", "status": "done" or "failed", "detail"?}, at most 4 KiB. See docs/commands.md.',
  unknown_command: 'No command of this id and name was sent to the device that answers.',
  device_retired: 'The device was retired, or its entity is gone, before the message could be stored.',
  refused_by_database: 'The database refused the value itself; the detail has its SQLSTATE.',
} as const satisfies Record<string, string>

export type RejectionCode = keyof typeof REJECTION_CODES

/** One refused value (or the whole message, with path ''). `path` says where in the payload, e.g. `/0/values/voltage`. */
export interface RejectionItem {
  readonly path: string
  readonly code: RejectionCode
  readonly detail: string
}

/** Of a refused payload at most this much is kept; a longer one keeps its head and its SHA-256, and cannot be replayed. */
export const REJECTION_PAYLOAD_BYTES_MAX = 65_536

/** The refusal of a message to a topic that is not its sender's. */
export const TOPIC_NOT_ALLOWED: RejectionItem = {
  path: '',
  code: 'topic_not_allowed',
  detail:
    'readings go to devices/<its own id>/readings; a topic of its own takes a profile with a codec, a mapping for it, or the role gateway',
}
