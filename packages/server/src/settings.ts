/** Every setting: its name, default, meaning and check, in one table from which help and documentation are made. */

export interface SettingRow<T> {
  readonly name: string;
  /** What holds when it is not set, as text; empty where there is none. */
  readonly fallback: string;
  readonly meaning: string;
  /** What a wrong value is told. */
  readonly expects: string;
  /** @returns `undefined` when the text is not a value of this setting. */
  readonly read: (text: string) => T | undefined;
  readonly isSecret?: true;
}

export interface Listen {
  readonly host: string;
  readonly port: number;
}

function readListen(text: string): Listen | undefined {
  const match = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) return undefined;
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function readRange(text: string): { readonly first: number; readonly last: number } | undefined {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && first >= 1024 && last <= 65_535 && last > first ? { first, last } : undefined;
}

function wholeNumber(min: number, max: number): (text: string) => number | undefined {
  return (text) => (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined);
}

function oneOf<T extends string>(...values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text.toLowerCase());
}

function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

const text = (value: string): string | undefined => (value.length > 0 ? value : undefined);

function row<T>(name: string, fallback: string, rest: Omit<SettingRow<T>, 'name' | 'fallback'>): SettingRow<T> {
  return { name, fallback, ...rest };
}

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface SettingTable {
  readonly dataDir: SettingRow<string>;
  readonly httpListen: SettingRow<Listen>;
  readonly sipListen: SettingRow<Listen>;
  readonly rtpPorts: SettingRow<{ readonly first: number; readonly last: number }>;
  readonly publicAddress: SettingRow<string>;
  readonly adminClientId: SettingRow<string>;
  readonly adminClientSecret: SettingRow<string>;
  readonly resumeGuardMs: SettingRow<number>;
  readonly conversationLingerMs: SettingRow<number>;
  readonly purposeRules: SettingRow<string>;
  readonly mediaWorkers: SettingRow<number>;
  readonly publicUrl: SettingRow<string>;
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
  rtpPorts: row('TACET_RTP_PORTS', '20000-29999', {
    meaning: 'UDP ports for media; each stream takes an even one, and the odd one above it stays free.',
    expects: 'first-last within 1024-65535',
    read: readRange,
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
  purposeRules: row('TACET_PURPOSE_RULES', '', {
    meaning: 'What participants are, by address: purpose=pattern, comma between; * stands for anything.',
    expects: 'customer|agent|ivr|external=pattern,…',
    read: text,
  }),
  mediaWorkers: row('TACET_MEDIA_WORKERS', '1', {
    meaning: 'Threads that receive and seal media.',
    expects: 'a whole number from 1 to 64',
    read: wholeNumber(1, 64),
  }),
  publicUrl: row('TACET_PUBLIC_URL', '', {
    meaning: 'Base of the URLs handed out for media; without it, the host the request named.',
    expects: 'an http or https URL',
    read: (value) => (/^https?:\/\/[^\s]+$/.test(value) ? value.replace(/\/$/, '') : undefined),
  }),
  logLevel: row('TACET_LOG_LEVEL', 'info', {
    meaning: 'How much is logged: error, warn, info or debug. Never content.',
    expects: logLevels.join(', '),
    read: oneOf(...logLevels),
  }),
};
