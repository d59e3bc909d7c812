const { join } = require('node:path')
const { signIn } = require('./sign-in.cjs')

/** Node-RED's settings. What they need from the environment was checked and filled in by start.ts. */
const { PLUMBLINE_URL, FLOWS_HOST, FLOWS_PORT, FLOWS_DIR, FLOWS_SECRET, FLOWS_ALLOW_INSTALL } = process.env
const mayInstall = FLOWS_ALLOW_INSTALL === '1'
// Function nodes and exec can read the environment: it shall not hold the key of the credentials.
delete process.env.FLOWS_SECRET
delete process.env.PLUMBLINE_TOKEN

module.exports = {
  uiHost: FLOWS_HOST,
  uiPort: Number(FLOWS_PORT),
  userDir: FLOWS_DIR,
  flowFile: 'flows.json',
  flowFilePretty: true,
  credentialSecret: FLOWS_SECRET,
  nodesDir: join(__dirname, 'nodes'),
  fileWorkingDirectory: FLOWS_DIR,
  ...signIn(PLUMBLINE_URL),
  httpNodeRoot: '/in',
  // `kept` is written at once: positions, held alarms and mails that wait outlive a restart, and a kill.
  contextStorage: {
    default: { module: 'memory' },
    kept: { module: 'localfilesystem', config: { cache: false } },
  },
  // Who may deploy can run code here; installing packages from the editor as well is the operator's choice.
  externalModules: {
    palette: { allowInstall: mayInstall, allowUpload: mayInstall, allowUpdate: mayInstall },
    modules: { allowInstall: mayInstall },
  },
  nodesExcludes: mayInstall ? [] : ['90-exec.js'],
  functionExternalModules: mayInstall,
  diagnostics: { enabled: true, ui: true },
  telemetry: { enabled: false, updateNotification: false },
  runtimeState: { enabled: false, ui: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
  editorTheme: {
    page: { title: 'Plumbline flows' },
    header: { title: 'Plumbline flows' },
    tours: false,
    projects: { enabled: false },
    palette: {
      categories: ['Plumbline', 'subflows', 'common', 'function', 'network', 'sequence', 'parser', 'storage'],
    },
  },
  // What a node logs of a message is bounded.
  debugMaxLength: 1000,
}
