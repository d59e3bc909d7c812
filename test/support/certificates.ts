import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface TestCertificate {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  readonly key: string
}

interface Wanted {
  readonly cn?: string
  /** As openssl writes it, e.g. `DNS:wm-1,URI:urn:plumbline:device:wm-1`. */
  readonly san?: string
  readonly from?: Date
  readonly until?: Date
}

const OPENSSL = 'openssl'
const YEAR_MS = 365 * 86_400_000

/** A certificate authority made with openssl, in a folder that goes with the test. */
export class TestCa {
  readonly folder = mkdtempSync(join(tmpdir(), 'plumbline-ca-'))
  readonly file = join(this.folder, 'ca.pem')
  readonly crlFile = join(this.folder, 'crl.pem')
  #made = 0

  constructor(name = 'Test CA') {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }))
    this.#write('index.txt', '')
    this.#write('index.txt.attr', 'unique_subject = no\n')
    this.#write('serial', '1000\n')
    this.#write('crlnumber', '01\n')
    this.#write(
      'ca.cnf',
      `[ca]\ndefault_ca = here\n[here]\ndir = ${this.folder}\ndatabase = ${this.folder}/index.txt
new_certs_dir = ${this.folder}\nserial = ${this.folder}/serial\ncrlnumber = ${this.folder}/crlnumber
certificate = ${this.file}\nprivate_key = ${this.folder}/ca.key\ndefault_md = sha256\ndefault_days = 30
default_crl_days = 30\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = optional\n`,
    )
    this.#openssl(
      'req',
      '-x509',
      ...EC,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
    )
    this.writeCrl()
  }

  /** A certificate with its key. */
  issue({
    cn,
    san,
    from = new Date(Date.now() - 3_600_000),
    until = new Date(Date.now() + YEAR_MS),
  }: Wanted): TestCertificate {
    const name = `c${++this.#made}`
    const [certFile, keyFile] = [join(this.folder, `${name}.pem`), join(this.folder, `${name}.key`)]
    const extension = san === undefined ? [] : ['-addext', `subjectAltName=${san}`]
    const subject = cn === undefined ? '/' : `/CN=${cn}`
    this.#openssl('req', ...EC, '-keyout', keyFile, '-out', `${name}.csr`, '-subj', subject, ...extension)
    const dates = ['-startdate', asn1(from), '-enddate', asn1(until)]
    this.#openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.cnf',
      '-in',
      `${name}.csr`,
      '-out',
      certFile,
      ...dates,
    )
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
  }

  revoke({ certFile }: TestCertificate): void {
    this.#openssl('ca', '-config', 'ca.cnf', '-revoke', certFile)
    this.writeCrl()
  }

  /** Writes the list of what is revoked. */
  writeCrl(nextUpdate = new Date(Date.now() + YEAR_MS)): void {
    const dates = ['-crl_lastupdate', asn1(new Date(0)), '-crl_nextupdate', asn1(nextUpdate)]
    this.#openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', this.crlFile, ...dates)
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  #openssl(...args: string[]): void {
    execFileSync(OPENSSL, args, { cwd: this.folder, stdio: 'pipe' })
  }
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** GeneralizedTime of X.680. */
const asn1 = (date: Date): string => `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
