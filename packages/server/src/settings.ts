/** Every setting: its name, default, meaning and check, in one table from which help and documentation are made. */
import { isIP, isIPv4 } from 'node:net';
import { availableParallelism } from 'node:os';
import { type TextMask, textMasks } from '@tacet/domain';
import { isOrigin } from './allowed-origins.ts';
import { isNetwork } from './remote-address.ts';
import { row, type SettingRow } from './setting-row.ts';
import {
  type Listen,
  listOf,
  matching,
  oneOf,
  onOrOff,
  readIssuer,
  readListen,
  readRange,
  someOf,
  text,
  wholeNumber,
  yesOrNo,
} from './setting-values.ts';
import { isMailAddress } from './smtp/addresses.ts';

export type { Listen, SettingRow };

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export const secondFactorPolicies = ['optional', 'required'] as const;
export type SecondFactorPolicy = (typeof secondFactorPolicies)[number];

export const receiverChoices = ['auto', 'batch', 'dgram'] as const;
export type ReceiverChoice = (typeof receiverChoices)[number];

export const tlsClientPolicies = ['off', 'optional', 'required'] as const;
export type TlsClientPolicy = (typeof tlsClientPolicies)[number];

export const smtpTlsKinds = ['starttls', 'implicit'] as const;
export type SmtpTlsKind = (typeof smtpTlsKinds)[number];

/** What becomes of recording sessions when the server is told to stop. */
export const stopPolicies = ['handover', 'drain', 'end'] as const;
export type StopPolicy = (typeof stopPolicies)[number];

export interface SettingTable {
  readonly dataDir: SettingRow<string>;
  readonly httpListen: SettingRow<Listen>;
  readonly sipListen: SettingRow<Listen>;
  readonly sipTlsListen: SettingRow<Listen>;
  readonly sipTlsCertificate: SettingRow<string>;
  readonly sipTlsKey: SettingRow<string>;
  readonly sipTlsAuthorities: SettingRow<string>;
  readonly sipTlsClients: SettingRow<TlsClientPolicy>;
  readonly trunksFile: SettingRow<string>;
  readonly rtpPorts: SettingRow<{ readonly first: number; readonly last: number }>;
  readonly whipPorts: SettingRow<{ readonly first: number; readonly last: number }>;
  readonly whipListen: SettingRow<string>;
  readonly whipAddress: SettingRow<string>;
  readonly publicAddress: SettingRow<string>;
  readonly adminClientId: SettingRow<string>;
  readonly adminClientSecret: SettingRow<string>;
  readonly secretOverlapSeconds: SettingRow<number>;
  readonly resumeGuardMs: SettingRow<number>;
  readonly conversationLingerMs: SettingRow<number>;
  readonly deletionIntervalSeconds: SettingRow<number>;
  readonly purposeRules: SettingRow<string>;
  readonly suppressRecordingOnHold: SettingRow<boolean>;
  readonly callbacksByNumber: SettingRow<boolean>;
  readonly maskText: SettingRow<readonly TextMask[]>;
  readonly search: SettingRow<boolean>;
  readonly autoPause: SettingRow<boolean>;
  readonly mediaWorkers: SettingRow<number>;
  readonly receiver: SettingRow<ReceiverChoice>;
  readonly publicUrl: SettingRow<string>;
  readonly ffmpeg: SettingRow<string>;
  readonly rateLimitPerMinute: SettingRow<number>;
  readonly pauseRateLimitPerMinute: SettingRow<number>;
  readonly trustedProxies: SettingRow<readonly string[]>;
  readonly corsOrigins: SettingRow<readonly string[]>;
  readonly passwordSignIn: SettingRow<boolean>;
  readonly secondFactor: SettingRow<SecondFactorPolicy>;
  readonly signInHours: SettingRow<number>;
  readonly signInIdleHours: SettingRow<number>;
  readonly allowImplicit: SettingRow<boolean>;
  readonly oidcIssuer: SettingRow<string>;
  readonly oidcClientId: SettingRow<string>;
  readonly oidcClientSecret: SettingRow<string>;
  readonly oidcName: SettingRow<string>;
  readonly metricsListen: SettingRow<Listen>;
  readonly otlpEndpoint: SettingRow<string>;
  readonly audioHookKeysFile: SettingRow<string>;
  readonly smtpListen: SettingRow<Listen>;
  readonly smtpAddresses: SettingRow<readonly string[]>;
  readonly smtpTls: SettingRow<SmtpTlsKind>;
  readonly smtpTlsCertificate: SettingRow<string>;
  readonly smtpTlsKey: SettingRow<string>;
  readonly smtpIdleHours: SettingRow<number>;
  readonly mediaInactivitySeconds: SettingRow<number>;
  readonly stop: SettingRow<StopPolicy>;
  readonly drainSeconds: SettingRow<number>;
  readonly logLevel: SettingRow<LogLevel>;
}

export const settingTable: SettingTable = {
  dataDir: row('TACET_DATA_DIR', './data', {
    meaning: 'Folder for the database, keys, spool and recordings; made when it is not there.',
    expects: 'a folder path',
    read: text,
  }),
  httpListen: row('TACET_HTTP_LISTEN', '127.0.0.1:8080', {
    meaning: 'Address and port of the HTTP API.',
    expects: 'host:port',
    read: readListen,
  }),
  sipListen: row('TACET_SIP_LISTEN', '0.0.0.0:5060', {
    meaning: 'Address and port for SIP over UDP and TCP; media is received on the same address.',
    expects: 'host:port',
    read: readListen,
  }),
  sipTlsListen: row('TACET_SIP_TLS_LISTEN', '', {
    meaning: 'Address and port for SIP over TLS, by custom 5061; off when empty.',
    expects: 'host:port',
    read: readListen,
  }),
  sipTlsCertificate: row('TACET_SIP_TLS_CERT', '', {
    meaning:
      'File with the certificate for SIP over TLS and those that lead to its authority; read again when it changes.',
    expects: 'a path to a PEM file',
    read: text,
  }),
  sipTlsKey: row('TACET_SIP_TLS_KEY', '', {
    meaning: 'File with its private key, without a passphrase; read again when it changes.',
    expects: 'a path to a PEM file',
    read: text,
  }),
  sipTlsAuthorities: row('TACET_SIP_TLS_CA', '', {
    meaning: 'File with the authorities that sign the certificates of SBCs; without it, those that everybody trusts.',
    expects: 'a path to a PEM file',
    read: text,
  }),
  sipTlsClients: row('TACET_SIP_TLS_CLIENTS', 'off', {
    meaning: 'Whether SBCs show a certificate of their own (mutual TLS): never, where they have one, or always.',
    expects: tlsClientPolicies.join(', '),
    read: oneOf(...tlsClientPolicies),
  }),
  trunksFile: row('TACET_TRUNKS_FILE', '', {
    meaning: 'File that lists whose SIP is taken and how; without it, everybody who can reach the port may record.',
    expects: 'a path to a YAML file',
    read: text,
  }),
  rtpPorts: row('TACET_RTP_PORTS', '20000-29999', {
    meaning: 'UDP ports for media; each stream takes an even one, and the odd one above it stays free.',
    expects: 'first-last within 1024-65535',
    read: readRange,
  }),
  whipPorts: row('TACET_WHIP_PORTS', '', {
    meaning: 'UDP ports for screens and video over WHIP (WebRTC), one for each publisher; off when empty.',
    expects: 'first-last within 1024-65535',
    read: readRange,
  }),
  whipListen: row('TACET_WHIP_LISTEN', '127.0.0.1', {
    meaning: 'The one address on which they are received.',
    expects: 'an IPv4 address of this machine',
    read: (value) => (isIPv4(value) && value !== '0.0.0.0' ? value : undefined),
  }),
  whipAddress: row('TACET_WHIP_ADDRESS', '', {
    meaning: 'Address that publishers are told to send to; without it, the one of TACET_WHIP_LISTEN.',
    expects: 'an IP address',
    read: (value) => (isIP(value) === 0 ? undefined : value),
  }),
  publicAddress: row('TACET_PUBLIC_ADDRESS', '', {
    meaning: 'Address written into SDP answers; without it, the address the INVITE came to.',
    expects: 'an IP address or host name',
    read: text,
  }),
  adminClientId: row('TACET_ADMIN_CLIENT_ID', '', {
    meaning: 'OAuth client with the built-in admin role; generated on the first start when unset.',
    expects: '1 to 100 letters, digits and -._~',
    read: matching(/^[A-Za-z0-9._~-]{1,100}$/),
  }),
  adminClientSecret: row('TACET_ADMIN_CLIENT_SECRET', '', {
    meaning: 'Its secret; when generated it is printed once and kept in admin-client.json in the data folder.',
    expects: '8 to 256 printable ASCII characters without spaces',
    read: matching(/^[!-~]{8,256}$/),
    isSecret: true,
  }),
  secretOverlapSeconds: row('TACET_SECRET_OVERLAP_SECONDS', '86400', {
    meaning: 'How long the old secret of a client still counts after a new one was made, in s; 0 also ends its tokens.',
    expects: 'a whole number from 0 to 604800',
    read: wholeNumber(0, 604_800),
  }),
  resumeGuardMs: row('TACET_RESUME_GUARD_MS', '250', {
    meaning: 'Time a gate stays shut after a resume was asked for, in ms: speech already spoken may be on its way.',
    expects: 'a whole number from 0 to 5000',
    read: wholeNumber(0, 5_000),
  }),
  conversationLingerMs: row('TACET_CONVERSATION_LINGER_MS', '5000', {
    meaning: 'How long a conversation, and its pause, outlives its last recording session, in ms.',
    expects: 'a whole number from 0 to 600000',
    read: wholeNumber(0, 600_000),
  }),
  deletionIntervalSeconds: row('TACET_DELETION_INTERVAL_SECONDS', '60', {
    meaning: 'How often recordings are looked for whose date of deletion has come.',
    expects: 'a whole number from 1 to 86400',
    read: wholeNumber(1, 86_400),
  }),
  purposeRules: row('TACET_PURPOSE_RULES', '', {
    meaning: 'What participants are, by address: purpose=pattern, comma between; * stands for anything.',
    expects: 'customer|agent|ivr|external=pattern,…',
    read: text,
  }),
  suppressRecordingOnHold: row('TACET_SUPPRESS_RECORDING_ON_HOLD', 'no', {
    meaning:
      'Whether recording pauses, apart from any secure pause, while somebody in a call is on hold through the API.',
    expects: 'yes or no',
    read: yesOrNo,
  }),
  maskText: row('TACET_MASK_TEXT', 'card,cvv', {
    meaning:
      'What is masked in messages, posts and mails before they are kept, paused or not: card numbers (card), their security codes (cvv), account numbers (iban); nothing when empty.',
    expects: `${textMasks.join(', ')}, with commas between`,
    read: someOf(...textMasks),
  }),
  search: row('TACET_SEARCH', 'on', {
    meaning:
      'Whether messages, posts and mails are found by their words, in an index of keyed hashes; off removes the index.',
    expects: 'on or off',
    read: onOrOff,
  }),
  autoPause: row('TACET_AUTO_PAUSE', 'off', {
    meaning: 'Whether a conversation is paused by itself when somebody writes a card number in it; needs card above.',
    expects: 'on or off',
    read: onOrOff,
  }),
  callbacksByNumber: row('TACET_CALLBACKS_BY_NUMBER', 'yes', {
    meaning:
      'Whether a call with the number of a callback that is due joins its conversation; without it, only a call that names it.',
    expects: 'yes or no',
    read: yesOrNo,
  }),
  mediaWorkers: row('TACET_MEDIA_WORKERS', 'cores', {
    meaning: 'Threads that receive and seal media; cores: one for each core of the machine.',
    expects: 'cores, or a whole number from 1 to 64',
    read: (value) => (value === 'cores' ? Math.min(availableParallelism(), 64) : wholeNumber(1, 64)(value)),
  }),
  receiver: row('TACET_RECEIVER', 'auto', {
    meaning:
      'How RTP is received: batch (native, many datagrams at a time, stamped by the kernel), dgram (Node alone), or auto: batch where it was built.',
    expects: receiverChoices.join(', '),
    read: oneOf(...receiverChoices),
  }),
  publicUrl: row('TACET_PUBLIC_URL', '', {
    meaning: 'Base of the URLs handed out, and where browsers sign in; without it, the host the request named.',
    expects: 'an http or https URL',
    read: (value) => (/^https?:\/\/[^\s]+$/.test(value) ? value.replace(/\/$/, '') : undefined),
  }),
  ffmpeg: row('TACET_FFMPEG', 'ffmpeg', {
    meaning: 'Program that makes compressed formats of recordings, a path or a name on the PATH; empty for WAV alone.',
    expects: 'a path or a name',
    read: text,
  }),
  rateLimitPerMinute: row('TACET_RATE_LIMIT_PER_MINUTE', '300', {
    meaning: 'API requests a minute of each client (and user) in each class of operations; 0 for no limit.',
    expects: 'a whole number from 0 to 1000000',
    read: wholeNumber(0, 1_000_000),
  }),
  pauseRateLimitPerMinute: row('TACET_PAUSE_RATE_LIMIT_PER_MINUTE', '60000', {
    meaning: 'Pauses and resumes a minute of each client (and user), beside the limit above; 0 for no limit.',
    expects: 'a whole number from 0 to 10000000',
    read: wholeNumber(0, 10_000_000),
  }),
  trustedProxies: row('TACET_TRUSTED_PROXIES', '', {
    meaning: 'Proxies whose X-Forwarded-For, -Proto and -Host headers are believed; comma between.',
    expects: 'IP addresses and networks, e.g. 10.0.0.0/8,192.0.2.7',
    read: listOf(isNetwork),
  }),
  corsOrigins: row('TACET_CORS_ORIGINS', '', {
    meaning: 'Origins of web pages whose scripts may call the API from a browser; comma between, * for any.',
    expects: 'origins, e.g. https://desk.example.com, or *',
    read: listOf(isOrigin),
  }),
  passwordSignIn: row('TACET_PASSWORD_SIGN_IN', 'on', {
    meaning: 'Whether users may sign in with a password; off leaves the outside provider alone.',
    expects: 'on or off',
    read: onOrOff,
  }),
  secondFactor: row('TACET_MFA', 'optional', {
    meaning: 'Whether everybody who signs in with a password needs an authenticator app, or whoever wants one.',
    expects: secondFactorPolicies.join(' or '),
    read: oneOf(...secondFactorPolicies),
  }),
  signInHours: row('TACET_SIGN_IN_HOURS', '12', {
    meaning: 'How long a sign-in lets a browser into further programs without asking again, in h.',
    expects: 'a whole number from 1 to 168',
    read: wholeNumber(1, 168),
  }),
  signInIdleHours: row('TACET_SIGN_IN_IDLE_HOURS', '8', {
    meaning: 'How long it does so while no program asks, in h.',
    expects: 'a whole number from 1 to 168',
    read: wholeNumber(1, 168),
  }),
  allowImplicit: row('TACET_ALLOW_IMPLICIT', 'off', {
    meaning: 'Whether clients of kind TOKEN get tokens (implicit grant); for programs that know nothing better.',
    expects: 'on or off',
    read: onOrOff,
  }),
  oidcIssuer: row('TACET_OIDC_ISSUER', '', {
    meaning: 'Issuer of an outside OpenID Connect provider through which users may sign in.',
    expects: 'an https URL without query, or http on this machine',
    read: readIssuer,
  }),
  oidcClientId: row('TACET_OIDC_CLIENT_ID', '', {
    meaning: 'What this server is called there; its redirect URI is /oauth/outside below TACET_PUBLIC_URL.',
    expects: 'an id',
    read: text,
  }),
  oidcClientSecret: row('TACET_OIDC_CLIENT_SECRET', '', {
    meaning: 'Its secret there; none for a public client.',
    expects: 'a secret',
    read: text,
    isSecret: true,
  }),
  oidcName: row('TACET_OIDC_NAME', 'your company account', {
    meaning: 'What the button calls it, after "Continue with".',
    expects: 'a few words',
    read: text,
  }),
  metricsListen: row('TACET_METRICS_LISTEN', '', {
    meaning:
      'Address and port for Prometheus, at /metrics, without a token; without it, the API tells programs of this machine.',
    expects: 'host:port',
    read: readListen,
  }),
  otlpEndpoint: row('TACET_OTLP_ENDPOINT', '', {
    meaning:
      'Base address of an OpenTelemetry collector that takes traces by OTLP over HTTP; without it, none are made.',
    expects: 'an http or https URL, e.g. http://127.0.0.1:4318',
    read: (value) => (/^https?:\/\/[^\s]+$/.test(value) ? value : undefined),
  }),
  audioHookKeysFile: row('TACET_AUDIOHOOK_KEYS_FILE', '', {
    meaning: 'YAML file with the keys of AudioHook clients, which connect to /audiohook; without it none is let in.',
    expects: 'a path',
    read: text,
  }),
  smtpListen: row('TACET_SMTP_LISTEN', '', {
    meaning: 'Address and port on which mail is taken by SMTP, as a journal or BCC recipient; off when empty.',
    expects: 'host:port',
    read: readListen,
  }),
  smtpAddresses: row('TACET_SMTP_ADDRESSES', '', {
    meaning: 'The recipients for which mail is taken: addresses, or @ and a domain for all of it; comma between.',
    expects: 'addresses, e.g. journal@example.com,@archive.example.com',
    read: listOf(isMailAddress),
  }),
  smtpTls: row('TACET_SMTP_TLS', 'starttls', {
    meaning: 'Whether TLS begins with STARTTLS, as on port 25 or 587, or with the connection (implicit, port 465).',
    expects: smtpTlsKinds.join(' or '),
    read: oneOf(...smtpTlsKinds),
  }),
  smtpTlsCertificate: row('TACET_SMTP_TLS_CERT', '', {
    meaning: 'File with the certificate for SMTP and those that lead to its authority; read again when it changes.',
    expects: 'a path to a PEM file',
    read: text,
  }),
  smtpTlsKey: row('TACET_SMTP_TLS_KEY', '', {
    meaning: 'File with its private key, without a passphrase; read again when it changes.',
    expects: 'a path to a PEM file',
    read: text,
  }),
  smtpIdleHours: row('TACET_SMTP_IDLE_HOURS', '168', {
    meaning:
      'How long a conversation that mail began goes on without a further one, in h; one that is paused does until it is ended. 0: for ever.',
    expects: 'a whole number from 0 to 8760',
    read: wholeNumber(0, 8_760),
  }),
  mediaInactivitySeconds: row('TACET_MEDIA_INACTIVITY_SECONDS', '300', {
    meaning:
      'How long nothing may come of a call over SIP, of any of its streams, before it is ended with BYE, in s; 0: for ever. What its source has paused or holds may be silent.',
    expects: 'a whole number from 0 to 86400',
    read: wholeNumber(0, 86_400),
  }),
  stop: row('TACET_STOP', 'handover', {
    meaning:
      'What a stop does with calls: `handover` leaves them to the next start, which goes on recording; `drain` takes no new ones and waits for them to end before that; `end` says BYE to all.',
    expects: `one of ${stopPolicies.join(', ')}`,
    read: oneOf(...stopPolicies),
  }),
  drainSeconds: row('TACET_DRAIN_SECONDS', '600', {
    meaning: 'How long `drain` waits for calls to end; those that go on then are handed over.',
    expects: 'a number of seconds from 0 to 86400',
    read: wholeNumber(0, 86_400),
  }),
  logLevel: row('TACET_LOG_LEVEL', 'info', {
    meaning: 'How much is logged: error, warn, info or debug. Never content.',
    expects: logLevels.join(', '),
    read: oneOf(...logLevels),
  }),
};
