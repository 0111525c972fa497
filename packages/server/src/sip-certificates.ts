/** The files of TLS, for SIP and SMTP: read and found to go together, and read again when one of them has changed. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '@tacet/domain';
import { SettingError } from './config.ts';
import type { TlsCredentials } from './sip/index.ts';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string | undefined;
  /** How the names of the settings that name them begin. */
  readonly settings?: 'TACET_SIP_TLS' | 'TACET_SMTP_TLS';
}

function textOf(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SettingError(
      `The file ${path} of ${setting} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`,
    );
  }
}

function certificateIn(pem: string, path: string, setting: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new SettingError(`The file ${path} of ${setting} holds no certificate in PEM.`);
  }
}

function keyIn(pem: string, path: string, setting: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new SettingError(`The file ${path} of ${setting} holds no private key in PEM without a passphrase.`);
  }
}

/** @throws SettingError when one of the files cannot be used, or the key is not that of the certificate. */
export function readCertificates(files: CertificateFiles): TlsCredentials {
  const { settings = 'TACET_SIP_TLS' } = files;
  const [certSetting, keySetting, caSetting] = [`${settings}_CERT`, `${settings}_KEY`, `${settings}_CA`];
  const certificate = textOf(files.certificate, certSetting);
  const key = textOf(files.key, keySetting);
  const own = certificateIn(certificate, files.certificate, certSetting);
  if (!own.checkPrivateKey(keyIn(key, files.key, keySetting))) {
    throw new SettingError(`The key in ${files.key} is not that of the certificate in ${files.certificate}.`);
  }
  const authorities = files.authorities === undefined ? undefined : textOf(files.authorities, caSetting);
  if (authorities !== undefined) certificateIn(authorities, files.authorities ?? '', caSetting);
  return { certificate, key, authorities };
}

/** When the certificate in a file ends, in ms since 1970; `undefined` where none can be read. */
export function certificateEndsAt(path: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(readFileSync(path)).validTo);
  } catch {
    return undefined;
  }
}

/** What changes when a file does, also where a link is made to point to another. */
function stampOf(path: string | undefined): string {
  if (path === undefined) return '';
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return 'gone';
  }
}

export interface CertificateWatch {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly onChange: (credentials: TlsCredentials) => void;
  /** Hears why the files as they are now cannot be used; those of before stay in use. */
  readonly onTrouble: (sentence: string) => void;
}

/** Looks at the files from time to time. @returns how to stop, and how to look at once. */
export function watchCertificates(
  files: CertificateFiles,
  watch: CertificateWatch,
): { readonly stop: () => void; readonly look: () => void } {
  const stamps = (): string => [files.certificate, files.key, files.authorities].map(stampOf).join('\n');
  let seen = stamps();
  let cancel = (): void => undefined;
  const look = (): void => {
    const now = stamps();
    if (now !== seen) {
      try {
        watch.onChange(readCertificates(files));
        seen = now;
      } catch (error) {
        // Certificate and key are two files: between the two writes they do not go together, and are looked at again.
        watch.onTrouble(error instanceof Error ? error.message : String(error));
      }
    }
    cancel();
    cancel = watch.clock.later(watch.everyMs, look);
  };
  cancel = watch.clock.later(watch.everyMs, look);
  return { stop: () => cancel(), look };
}
