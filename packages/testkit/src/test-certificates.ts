/** Certificates for tests, made by OpenSSL when they are asked for: an authority, and whom it vouches for. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface IssuedFiles {
  readonly certificate: string;
  readonly key: string;
}

/** An authority with a folder of its own; disposing of it deletes everything that it issued. */
export class TestAuthority implements Disposable {
  /** The file with the certificate of the authority. */
  readonly file: string;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'tacet-certificates-'));

  constructor() {
    this.file = this.#selfSigned('authority', ['-subj', '/CN=Tacet test authority']).certificate;
  }

  /** @param alternatives as OpenSSL writes them: `DNS:sbc.example`, `IP:127.0.0.1`, `URI:sip:sbc.example`. */
  issue(name: string, alternatives: readonly string[]): IssuedFiles {
    const files = { certificate: this.#at(`${name}.pem`), key: this.#at(`${name}.key`) };
    const request = this.#at(`${name}.csr`);
    const extensions = this.#at(`${name}.ext`);
    writeFileSync(extensions, alternatives.length === 0 ? '' : `subjectAltName=${alternatives.join(',')}\n`);
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    this.#openssl('req', '-new', ...ec, '-keyout', files.key, '-subj', `/CN=${name}`, '-out', request);
    const signer = ['-CA', this.file, '-CAkey', this.#at('authority.key'), '-CAcreateserial', '-days', '2'];
    this.#openssl('x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-out', files.certificate);
    return files;
  }

  /** One that nobody vouches for. */
  selfSigned(name: string): IssuedFiles {
    return this.#selfSigned(name, ['-subj', `/CN=${name}`]);
  }

  /** The texts of issued files, with the authority that signs others. */
  credentials({ certificate, key }: IssuedFiles): { certificate: string; key: string; authorities: string } {
    const text = (path: string): string => readFileSync(path, 'utf8');
    return { certificate: text(certificate), key: text(key), authorities: text(this.file) };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  #selfSigned(name: string, subject: readonly string[]): IssuedFiles {
    const files = { certificate: this.#at(`${name}.pem`), key: this.#at(`${name}.key`) };
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const written = ['-keyout', files.key, '-out', files.certificate];
    this.#openssl('req', '-x509', ...ec, '-days', '2', ...subject, ...written);
    return files;
  }

  #openssl(...words: readonly string[]): void {
    execFileSync('openssl', words, { stdio: 'pipe' });
  }
}
