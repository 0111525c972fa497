/** Environment and file → checked settings; a wrong one stops the start with one sentence that names it. */
import { readFileSync } from 'node:fs';
import { type PurposeRule, purposes, type TextMask } from '@tacet/domain';
import { parseYaml } from './parse-yaml.ts';
import {
  type Listen,
  type LogLevel,
  type ReceiverChoice,
  type SecondFactorPolicy,
  type SettingRow,
  type SmtpTlsKind,
  type StopPolicy,
  settingTable,
  type TlsClientPolicy,
} from './settings.ts';

/** SIP over TLS as it is set. */
export interface SipTlsConfig {
  readonly listen: Listen;
  readonly clients: TlsClientPolicy;
  readonly files: CertificateFiles;
}

/** Mail over SMTP as it is set. */
export interface SmtpConfig {
  readonly listen: Listen;
  readonly addresses: readonly string[];
  /** Absent: nobody but programs of this machine. */
  readonly tls: { readonly kind: SmtpTlsKind; readonly files: CertificateFiles } | undefined;
  readonly idleHours: number;
}

interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string | undefined;
  readonly settings?: 'TACET_SIP_TLS' | 'TACET_SMTP_TLS';
}

export interface Config {
  readonly dataDir: string;
  readonly httpListen: Listen;
  readonly sipListen: Listen;
  readonly sipTls: SipTlsConfig | undefined;
  readonly trunksFile: string | undefined;
  readonly rtpPorts: { readonly first: number; readonly last: number };
  /** Absent: nobody publishes by WHIP. */
  readonly whipPorts: { readonly first: number; readonly last: number } | undefined;
  readonly whipListen: string;
  readonly whipAddress: string | undefined;
  readonly publicAddress: string | undefined;
  readonly adminClientId: string | undefined;
  readonly adminClientSecret: string | undefined;
  readonly secretOverlapSeconds: number;
  readonly resumeGuardMs: number;
  readonly conversationLingerMs: number;
  /** How often recordings are looked for whose date of deletion has come. */
  readonly deletionIntervalSeconds: number;
  readonly purposeRules: readonly PurposeRule[];
  readonly suppressRecordingOnHold: boolean;
  readonly maskText: readonly TextMask[];
  readonly autoPause: boolean;
  readonly callbacksByNumber: boolean;
  readonly search: boolean;
  readonly mediaWorkers: number;
  readonly receiver: ReceiverChoice;
  readonly publicUrl: string | undefined;
  readonly ffmpeg: string | undefined;
  readonly rateLimitPerMinute: number;
  readonly pauseRateLimitPerMinute: number;
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly passwordSignIn: boolean;
  readonly secondFactor: SecondFactorPolicy;
  readonly signInHours: number;
  readonly signInIdleHours: number;
  readonly allowImplicit: boolean;
  readonly oidcIssuer: string | undefined;
  readonly oidcClientId: string | undefined;
  readonly oidcClientSecret: string | undefined;
  readonly oidcName: string;
  readonly metricsListen: Listen | undefined;
  readonly otlpEndpoint: string | undefined;
  readonly audioHookKeysFile: string | undefined;
  readonly smtp: SmtpConfig | undefined;
  readonly mediaInactivitySeconds: number;
  readonly stop: StopPolicy;
  readonly drainSeconds: number;
  readonly logLevel: LogLevel;
}

/** A setting that cannot be used; its message is the whole sentence for the operator. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

export type Environment = { readonly [name: string]: string | undefined };

const rows: readonly SettingRow<unknown>[] = Object.values(settingTable);

function rejectUnknown(given: Environment, origin: string): void {
  const known = new Set(rows.map((row) => row.name));
  for (const name of Object.keys(given)) {
    if (name.startsWith('TACET_') && !known.has(name)) {
      throw new SettingError(`${name} (${origin}) is not a setting of Tacet; tacet --help lists them.`);
    }
  }
}

function optional<T>(row: SettingRow<T>, given: Environment): T | undefined {
  const text = given[row.name] ?? row.fallback;
  if (text === '') return undefined;
  const value = row.read(text);
  if (value === undefined) {
    const shown = row.isSecret ? 'The value of' : `"${text}" for`;
    throw new SettingError(`${shown} ${row.name} cannot be used: it takes ${row.expects}.`);
  }
  return value;
}

function required<T>(row: SettingRow<T>, given: Environment): T {
  const value = optional(row, given);
  if (value === undefined) throw new SettingError(`${row.name} must not be empty: it takes ${row.expects}.`);
  return value;
}

function readPurposeRules(text: string | undefined): readonly PurposeRule[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const [name, ...rest] = part.trim().split('=');
    const purpose = purposes.find((one) => one === name);
    const pattern = rest.join('=').trim();
    if (purpose === undefined || pattern === '') {
      const { name: setting, expects } = settingTable.purposeRules;
      throw new SettingError(`"${part.trim()}" in ${setting} cannot be used: it takes ${expects}.`);
    }
    return { purpose, pattern };
  });
}

/** @throws SettingError when the file is missing, not YAML, or not a flat list of settings. */
export function readConfigFile(path: string): Environment {
  let document: unknown;
  try {
    // Every value is read as it is written: a secret of digits must not become a number and lose its zeros.
    document = parseYaml(readFileSync(path, 'utf8'), { schema: 'failsafe' });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new SettingError(`The settings file ${path} cannot be read: ${why}`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new SettingError(`The settings file ${path} must list settings as NAME: value.`);
  }
  const given: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(document)) {
    if (!name.startsWith('TACET_')) {
      throw new SettingError(`${name} (${path}) is not a setting of Tacet; tacet --help lists them.`);
    }
    if (typeof value !== 'string') throw new SettingError(`${name} (${path}) must be a single value.`);
    given[name] = value;
  }
  return given;
}

/** @throws SettingError when settings of SIP over TLS do not go together. */
function readSipTls(given: Environment): SipTlsConfig | undefined {
  const table = settingTable;
  const [listen, clients] = [optional(table.sipTlsListen, given), required(table.sipTlsClients, given)];
  const [certificate, key] = [optional(table.sipTlsCertificate, given), optional(table.sipTlsKey, given)];
  const authorities = optional(table.sipTlsAuthorities, given);
  if (listen === undefined) {
    const isAnySet = certificate !== undefined || key !== undefined || authorities !== undefined || clients !== 'off';
    if (isAnySet)
      throw new SettingError('The TACET_SIP_TLS_ settings need TACET_SIP_TLS_LISTEN, without which TLS is off.');
    return undefined;
  }
  if (certificate === undefined || key === undefined) {
    throw new SettingError('TACET_SIP_TLS_LISTEN needs TACET_SIP_TLS_CERT and TACET_SIP_TLS_KEY.');
  }
  if (clients !== 'off' && authorities === undefined) {
    throw new SettingError(
      'TACET_SIP_TLS_CLIENTS needs TACET_SIP_TLS_CA: certificates of SBCs are not signed by whom everybody trusts.',
    );
  }
  return { listen, clients, files: { certificate, key, authorities } };
}

function isLoopback({ host }: Listen): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** @throws SettingError when settings of SMTP do not go together. */
function readSmtp(given: Environment): SmtpConfig | undefined {
  const table = settingTable;
  const [listen, addresses] = [optional(table.smtpListen, given), optional(table.smtpAddresses, given)];
  const [certificate, key] = [optional(table.smtpTlsCertificate, given), optional(table.smtpTlsKey, given)];
  if (listen === undefined) {
    if (addresses === undefined && certificate === undefined && key === undefined) return undefined;
    throw new SettingError('The TACET_SMTP_ settings need TACET_SMTP_LISTEN, without which no mail is taken.');
  }
  if (addresses === undefined) {
    throw new SettingError('TACET_SMTP_LISTEN needs TACET_SMTP_ADDRESSES: for whom mail is taken.');
  }
  if ((certificate === undefined) !== (key === undefined)) {
    throw new SettingError('TACET_SMTP_TLS_CERT and TACET_SMTP_TLS_KEY must be set together, or neither.');
  }
  // Rule: mail is taken from other machines only with TLS and AUTH
  if (certificate === undefined && !isLoopback(listen)) {
    throw new SettingError(
      'TACET_SMTP_LISTEN is not an address of this machine alone, which needs TACET_SMTP_TLS_CERT and TACET_SMTP_TLS_KEY.',
    );
  }
  const files =
    certificate === undefined || key === undefined
      ? undefined
      : { certificate, key, authorities: undefined, settings: 'TACET_SMTP_TLS' as const };
  const tls = files && { kind: required(table.smtpTls, given), files };
  return { listen, addresses, tls, idleHours: required(table.smtpIdleHours, given) };
}

/** @throws SettingError when settings of the sign-in do not go together. */
function checkSignIn({ oidcIssuer, oidcClientId, oidcClientSecret, publicUrl, passwordSignIn }: Config): void {
  if ((oidcIssuer === undefined) !== (oidcClientId === undefined)) {
    throw new SettingError('TACET_OIDC_ISSUER and TACET_OIDC_CLIENT_ID must be set together, or neither.');
  }
  if (oidcClientSecret !== undefined && oidcIssuer === undefined) {
    throw new SettingError('TACET_OIDC_CLIENT_SECRET needs TACET_OIDC_ISSUER.');
  }
  if (oidcIssuer !== undefined && publicUrl === undefined) {
    throw new SettingError('TACET_OIDC_ISSUER needs TACET_PUBLIC_URL, so that browsers find the way back.');
  }
  if (!passwordSignIn && oidcIssuer === undefined) {
    throw new SettingError('TACET_PASSWORD_SIGN_IN is off and TACET_OIDC_ISSUER is not set: nobody could sign in.');
  }
}

/**
 * Checked settings; the environment wins over the file.
 * @throws SettingError naming the first setting that is unknown or wrong.
 */
export function readConfig(environment: Environment, file: Environment = {}): Config {
  rejectUnknown(file, 'settings file');
  rejectUnknown(environment, 'environment');
  const given: Environment = { ...file, ...environment };
  const table = settingTable;
  const config: Config = {
    dataDir: required(table.dataDir, given),
    httpListen: required(table.httpListen, given),
    sipListen: required(table.sipListen, given),
    sipTls: readSipTls(given),
    trunksFile: optional(table.trunksFile, given),
    rtpPorts: required(table.rtpPorts, given),
    whipPorts: optional(table.whipPorts, given),
    whipListen: required(table.whipListen, given),
    whipAddress: optional(table.whipAddress, given),
    publicAddress: optional(table.publicAddress, given),
    adminClientId: optional(table.adminClientId, given),
    adminClientSecret: optional(table.adminClientSecret, given),
    secretOverlapSeconds: required(table.secretOverlapSeconds, given),
    resumeGuardMs: required(table.resumeGuardMs, given),
    conversationLingerMs: required(table.conversationLingerMs, given),
    deletionIntervalSeconds: required(table.deletionIntervalSeconds, given),
    purposeRules: readPurposeRules(optional(table.purposeRules, given)),
    suppressRecordingOnHold: required(table.suppressRecordingOnHold, given),
    maskText: optional(table.maskText, given) ?? [],
    autoPause: required(table.autoPause, given),
    callbacksByNumber: required(table.callbacksByNumber, given),
    search: required(table.search, given),
    mediaWorkers: required(table.mediaWorkers, given),
    receiver: required(table.receiver, given),
    publicUrl: optional(table.publicUrl, given),
    ffmpeg: optional(table.ffmpeg, given),
    rateLimitPerMinute: required(table.rateLimitPerMinute, given),
    pauseRateLimitPerMinute: required(table.pauseRateLimitPerMinute, given),
    trustedProxies: optional(table.trustedProxies, given) ?? [],
    corsOrigins: optional(table.corsOrigins, given) ?? [],
    passwordSignIn: required(table.passwordSignIn, given),
    secondFactor: required(table.secondFactor, given),
    signInHours: required(table.signInHours, given),
    signInIdleHours: required(table.signInIdleHours, given),
    allowImplicit: required(table.allowImplicit, given),
    oidcIssuer: optional(table.oidcIssuer, given),
    oidcClientId: optional(table.oidcClientId, given),
    oidcClientSecret: optional(table.oidcClientSecret, given),
    oidcName: required(table.oidcName, given),
    metricsListen: optional(table.metricsListen, given),
    otlpEndpoint: optional(table.otlpEndpoint, given),
    audioHookKeysFile: optional(table.audioHookKeysFile, given),
    smtp: readSmtp(given),
    mediaInactivitySeconds: required(table.mediaInactivitySeconds, given),
    stop: required(table.stop, given),
    drainSeconds: required(table.drainSeconds, given),
    logLevel: required(table.logLevel, given),
  };
  checkSignIn(config);
  if (config.autoPause && !config.maskText.includes('card')) {
    throw new SettingError('TACET_AUTO_PAUSE needs card in TACET_MASK_TEXT: nothing else looks for card numbers.');
  }
  if ((config.adminClientId === undefined) !== (config.adminClientSecret === undefined)) {
    throw new SettingError('TACET_ADMIN_CLIENT_ID and TACET_ADMIN_CLIENT_SECRET must be set together, or neither.');
  }
  return config;
}

/** The settings with their defaults, for `--help`. */
export function settingsHelp(): string {
  return rows
    .map((row) => `  ${row.name}${row.fallback === '' ? '' : ` (${row.fallback})`}\n      ${row.meaning}`)
    .join('\n');
}

/** The settings as a Markdown table, for the documentation. */
export function settingsTable(): string {
  const lines = rows.map((row) => {
    const fallback = row.fallback === '' ? '–' : `\`${row.fallback}\``;
    return `| \`${row.name}\` | ${fallback} | ${row.meaning} | ${row.expects.replaceAll('|', '\\|')} |`;
  });
  return ['| setting | default | meaning | takes |', '|---|---|---|---|', ...lines].join('\n');
}
