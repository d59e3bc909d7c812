/** Decoders as integrators write them, by the formats' own descriptions. */

/** Cayenne LPP (myDevices' documentation): channel, type, value big-endian; as a decoder of The Things Stack. */
export const CAYENNE = `
const TYPES = {
  0x00: { name: 'digital_in', size: 1, divisor: 1 },
  0x02: { name: 'analog_in', size: 2, divisor: 100, signed: true },
  0x67: { name: 'temperature', size: 2, divisor: 10, signed: true },
  0x68: { name: 'humidity', size: 1, divisor: 2 },
  0x73: { name: 'pressure', size: 2, divisor: 10 },
};
function decodeUplink(input) {
  const data = {}, errors = [], warnings = [];
  for (let at = 0; at < input.bytes.length; ) {
    const channel = input.bytes[at++], type = TYPES[input.bytes[at++]];
    if (!type) return { errors: ['unknown type at byte ' + (at - 1)] };
    let value = 0;
    for (let n = 0; n < type.size; n++) value = value * 256 + input.bytes[at++];
    if (type.signed && value >= Math.pow(2, type.size * 8 - 1)) value -= Math.pow(2, type.size * 8);
    data[type.name + '_' + channel] = value / type.divisor;
  }
  console.log('decoded', JSON.stringify(data));
  if (input.fPort !== 2) warnings.push('unusual port ' + input.fPort);
  data.hour = input.recvTime.getHours();
  return { data: data, warnings: warnings, errors: errors };
}
function normalizeUplink(input) {
  return { data: { air: { temperature: input.data.temperature_3, hour: input.data.hour } }, warnings: ['one air'] };
}
`

/** A water meter: litres as uint32 and battery as uint16 mV, little-endian, then alarm bits; TTN 2. */
export const WATER_METER = `
function u(bytes, at, size) {
  var value = 0;
  for (var i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}
function Decoder(bytes, port) {
  decoded = {};
  decoded.volume_m3 = u(bytes, 0, 4) / 1000;
  decoded.battery = u(bytes, 4, 2) / 1000;
  decoded.alarms = { leak: !!(bytes[6] & 1), reverse_flow: !!(bytes[6] & 2) };
  decoded.port = port;
  return decoded;
}
`

/** A traffic counter: uint16 counts of two lanes, big-endian; ChirpStack 3, and with a module's exports. */
export const TRAFFIC_COUNTER = `
var Decode = (fPort, bytes, variables) => ({
  lanes: [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]], port: fPort, named: Object.keys(variables).length,
});
if (typeof module !== 'undefined') module.exports = { Decode: Decode };
`
