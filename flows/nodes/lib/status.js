/** How a node shows its connection in the editor. */
function connectionStatus(state, fault) {
  if (fault) return { fill: 'red', shape: 'ring', text: fault.slice(0, 60) }
  return { fill: state === 'connected' ? 'green' : 'yellow', shape: 'dot', text: state }
}

module.exports = { connectionStatus }
