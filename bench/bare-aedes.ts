import { createServer } from 'node:net'
import { Aedes } from 'aedes'

// The yardstick: the broker library alone. It acknowledges at once and keeps nothing.
const aedes = await Aedes.createBroker({
  authenticate: (_client, _username, _password, done) => done(null, true),
})
const server = createServer(aedes.handle)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const mqttPort = typeof address === 'object' ? address?.port : undefined
  console.log(JSON.stringify({ msg: 'ready', mqttPort }))
})
