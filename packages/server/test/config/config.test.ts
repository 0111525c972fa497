/** Settings are checked before anything starts; a wrong one is named in one sentence. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import {
  type Config,
  type Environment,
  readConfig,
  SettingError,
  settingsHelp,
  settingsTable,
} from '../../src/config.ts';
import { settingTable } from '../../src/settings.ts';

/** The sentence with which a setting is refused. */
function refusalOf(environment: Environment, file?: Environment): string {
  try {
    readConfig(environment, file);
  } catch (error) {
    assert.ok(error instanceof SettingError, String(error));
    return error.message;
  }
  return assert.fail(`${JSON.stringify(environment)} was taken`);
}

test('without any setting the defaults hold', () => {
  assert.deepEqual(readConfig({}), {
    dataDir: './data',
    httpListen: { host: '127.0.0.1', port: 8080 },
    sipListen: { host: '0.0.0.0', port: 5060 },
    sipTls: undefined,
    trunksFile: undefined,
    rtpPorts: { first: 20_000, last: 29_999 },
    whipPorts: undefined,
    whipListen: '127.0.0.1',
    whipAddress: undefined,
    publicAddress: undefined,
    adminClientId: undefined,
    adminClientSecret: undefined,
    secretOverlapSeconds: 86_400,
    resumeGuardMs: 250,
    conversationLingerMs: 5_000,
    deletionIntervalSeconds: 60,
    purposeRules: [],
    suppressRecordingOnHold: false,
    callbacksByNumber: true,
    maskText: ['card', 'cvv'],
    autoPause: false,
    search: true,
    mediaWorkers: availableParallelism(),
    receiver: 'auto',
    publicUrl: undefined,
    ffmpeg: 'ffmpeg',
    rateLimitPerMinute: 300,
    pauseRateLimitPerMinute: 60_000,
    trustedProxies: [],
    corsOrigins: [],
    passwordSignIn: true,
    secondFactor: 'optional',
    signInHours: 12,
    signInIdleHours: 8,
    allowImplicit: false,
    oidcIssuer: undefined,
    oidcClientId: undefined,
    oidcClientSecret: undefined,
    oidcName: 'your company account',
    metricsListen: undefined,
    otlpEndpoint: undefined,
    audioHookKeysFile: undefined,
    stop: 'handover',
    smtp: undefined,
    mediaInactivitySeconds: 300,
    drainSeconds: 600,
    logLevel: 'info',
  } satisfies Config);
});

const admin = { TACET_ADMIN_CLIENT_ID: 'admin', TACET_ADMIN_CLIENT_SECRET: 'long enough'.replace(' ', '-') };

/** A value that is taken, and what becomes of it. */
const good: readonly (readonly [name: string, text: string, key: keyof Config, value: unknown])[] = [
  ['TACET_DATA_DIR', '/var/lib/tacet data', 'dataDir', '/var/lib/tacet data'],
  ['TACET_HTTP_LISTEN', '0.0.0.0:0', 'httpListen', { host: '0.0.0.0', port: 0 }],
  ['TACET_HTTP_LISTEN', 'recorder.example.test:65535', 'httpListen', { host: 'recorder.example.test', port: 65_535 }],
  ['TACET_HTTP_LISTEN', '[::1]:8080', 'httpListen', { host: '::1', port: 8080 }],
  ['TACET_SIP_LISTEN', '127.0.0.1:5070', 'sipListen', { host: '127.0.0.1', port: 5070 }],
  ['TACET_RTP_PORTS', '1024-65535', 'rtpPorts', { first: 1024, last: 65_535 }],
  ['TACET_RTP_PORTS', '20000-20001', 'rtpPorts', { first: 20_000, last: 20_001 }],
  ['TACET_WHIP_PORTS', '40000-40099', 'whipPorts', { first: 40_000, last: 40_099 }],
  ['TACET_WHIP_LISTEN', '192.0.2.7', 'whipListen', '192.0.2.7'],
  ['TACET_WHIP_ADDRESS', '198.51.100.7', 'whipAddress', '198.51.100.7'],
  ['TACET_PUBLIC_ADDRESS', '198.51.100.7', 'publicAddress', '198.51.100.7'],
  ['TACET_SECRET_OVERLAP_SECONDS', '0', 'secretOverlapSeconds', 0],
  ['TACET_SECRET_OVERLAP_SECONDS', '604800', 'secretOverlapSeconds', 604_800],
  ['TACET_RESUME_GUARD_MS', '0', 'resumeGuardMs', 0],
  ['TACET_RESUME_GUARD_MS', '5000', 'resumeGuardMs', 5_000],
  ['TACET_CONVERSATION_LINGER_MS', '0', 'conversationLingerMs', 0],
  ['TACET_CONVERSATION_LINGER_MS', '600000', 'conversationLingerMs', 600_000],
  ['TACET_DELETION_INTERVAL_SECONDS', '86400', 'deletionIntervalSeconds', 86_400],
  ['TACET_CALLBACKS_BY_NUMBER', 'no', 'callbacksByNumber', false],
  ['TACET_SUPPRESS_RECORDING_ON_HOLD', 'yes', 'suppressRecordingOnHold', true],
  ['TACET_SUPPRESS_RECORDING_ON_HOLD', 'No', 'suppressRecordingOnHold', false],
  ['TACET_MASK_TEXT', '', 'maskText', []],
  ['TACET_MASK_TEXT', 'iban, Card', 'maskText', ['card', 'iban']],
  ['TACET_AUTO_PAUSE', 'on', 'autoPause', true],
  ['TACET_SEARCH', 'off', 'search', false],
  ['TACET_MEDIA_WORKERS', '1', 'mediaWorkers', 1],
  ['TACET_MEDIA_WORKERS', '64', 'mediaWorkers', 64],
  ['TACET_RECEIVER', 'batch', 'receiver', 'batch'],
  ['TACET_RECEIVER', 'DGRAM', 'receiver', 'dgram'],
  ['TACET_PUBLIC_URL', 'https://recorder.example.test/', 'publicUrl', 'https://recorder.example.test'],
  ['TACET_PUBLIC_URL', 'http://[::1]:8080', 'publicUrl', 'http://[::1]:8080'],
  ['TACET_FFMPEG', '/opt/ffmpeg 7/bin/ffmpeg', 'ffmpeg', '/opt/ffmpeg 7/bin/ffmpeg'],
  ['TACET_FFMPEG', '', 'ffmpeg', undefined],
  ['TACET_RATE_LIMIT_PER_MINUTE', '0', 'rateLimitPerMinute', 0],
  ['TACET_RATE_LIMIT_PER_MINUTE', '1000000', 'rateLimitPerMinute', 1_000_000],
  ['TACET_PAUSE_RATE_LIMIT_PER_MINUTE', '0', 'pauseRateLimitPerMinute', 0],
  ['TACET_PAUSE_RATE_LIMIT_PER_MINUTE', '10000000', 'pauseRateLimitPerMinute', 10_000_000],
  ['TACET_TRUSTED_PROXIES', '10.0.0.0/8, 192.0.2.7', 'trustedProxies', ['10.0.0.0/8', '192.0.2.7']],
  ['TACET_TRUSTED_PROXIES', '::1,2001:db8::/32,0.0.0.0/0', 'trustedProxies', ['::1', '2001:db8::/32', '0.0.0.0/0']],
  ['TACET_CORS_ORIGINS', '*', 'corsOrigins', ['*']],
  [
    'TACET_CORS_ORIGINS',
    'https://desk.example.test, http://127.0.0.1:5173',
    'corsOrigins',
    ['https://desk.example.test', 'http://127.0.0.1:5173'],
  ],
  ['TACET_MFA', 'Required', 'secondFactor', 'required'],
  ['TACET_SIGN_IN_HOURS', '1', 'signInHours', 1],
  ['TACET_SIGN_IN_HOURS', '168', 'signInHours', 168],
  ['TACET_SIGN_IN_IDLE_HOURS', '1', 'signInIdleHours', 1],
  ['TACET_SIGN_IN_IDLE_HOURS', '168', 'signInIdleHours', 168],
  ['TACET_ALLOW_IMPLICIT', 'true', 'allowImplicit', true],
  ['TACET_ALLOW_IMPLICIT', 'on', 'allowImplicit', true],
  ['TACET_PASSWORD_SIGN_IN', 'on', 'passwordSignIn', true],
  ['TACET_OIDC_NAME', 'Example SSO', 'oidcName', 'Example SSO'],
  ['TACET_LOG_LEVEL', 'error', 'logLevel', 'error'],
  ['TACET_LOG_LEVEL', 'Debug', 'logLevel', 'debug'],
  [
    'TACET_PURPOSE_RULES',
    'agent=sip:*@pbx.test, ivr=sip:bot;a=b@*',
    'purposeRules',
    [
      { purpose: 'agent', pattern: 'sip:*@pbx.test' },
      { purpose: 'ivr', pattern: 'sip:bot;a=b@*' },
    ],
  ],
];

test('each setting takes its values, up to its bounds', () => {
  for (const [name, text, key, value] of good) assert.deepEqual(readConfig({ [name]: text })[key], value, name);
  const config = readConfig(admin);
  assert.deepEqual([config.adminClientId, config.adminClientSecret], ['admin', 'long-enough']);
  const longest = { TACET_ADMIN_CLIENT_ID: 'a'.repeat(100), TACET_ADMIN_CLIENT_SECRET: '!'.repeat(256) };
  assert.equal(readConfig(longest).adminClientSecret?.length, 256);
  assert.equal(readConfig({ ...admin, TACET_ADMIN_CLIENT_SECRET: '12345678' }).adminClientSecret, '12345678');
});

/** Values that are refused. */
const bad: { readonly [name: string]: readonly string[] } = {
  TACET_MASK_TEXT: ['cards', 'card,', 'card;cvv'],
  TACET_AUTO_PAUSE: ['', 'perhaps'],
  TACET_SEARCH: ['', 'words'],
  TACET_HTTP_LISTEN: ['8080', 'localhost', 'localhost:', ':8080', 'localhost:65536', 'a b:80', '::1:80', 'h:-1'],
  TACET_SIP_LISTEN: ['0.0.0.0', 'udp:0.0.0.0:5060', '0.0.0.0:sip'],
  TACET_SMTP_LISTEN: ['25', 'mail.example', ':25'],
  TACET_SMTP_ADDRESSES: ['example.com', 'a@b@', 'a@b.example,', 'a b@c.example', '@'],
  TACET_RTP_PORTS: ['20000', '1023-2000', '20000-65536', '20001-20000', '20000-20000', '20000..20010', '-', 'a-b'],
  TACET_WHIP_PORTS: ['40000', '40001-40000'],
  TACET_WHIP_LISTEN: ['localhost', '0.0.0.0', '::1'],
  TACET_WHIP_ADDRESS: ['recorder.example.test', '1.2.3'],
  TACET_SECRET_OVERLAP_SECONDS: ['-1', '604801', '1.5', '1d'],
  TACET_RESUME_GUARD_MS: ['-1', '5001', '1.5', '250ms', 'x', ' 250', '1e3'],
  TACET_CONVERSATION_LINGER_MS: ['-1', '600001', '5s'],
  TACET_DELETION_INTERVAL_SECONDS: ['0', '86401', '1m'],
  TACET_CALLBACKS_BY_NUMBER: ['1', 'always', 'yes please'],
  TACET_SUPPRESS_RECORDING_ON_HOLD: ['1', 'on hold', 'yes please'],
  TACET_MEDIA_WORKERS: ['0', '65', 'all'],
  TACET_RECEIVER: ['native', 'yes'],
  TACET_PUBLIC_URL: ['recorder.example.test', 'ftp://recorder.example.test', 'https://', 'https://a b'],
  TACET_STOP: ['now', 'handover,drain'],
  TACET_MEDIA_INACTIVITY_SECONDS: ['-1', '86401', '5m'],
  TACET_DRAIN_SECONDS: ['-1', '86401', 'soon'],
  TACET_RATE_LIMIT_PER_MINUTE: ['-1', '1000001', 'off', '300/min'],
  TACET_PAUSE_RATE_LIMIT_PER_MINUTE: ['-1', '10000001', 'none'],
  TACET_TRUSTED_PROXIES: [
    'proxy.example.test',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0',
    '::1/129',
    '10.0.0.1,',
    '1.2.3.4/8/8',
  ],
  TACET_CORS_ORIGINS: [
    'desk.example.test',
    'https://a.test/',
    'ftp://a.test',
    'null',
    'https://u@a.test',
    ',',
    'https://a b',
  ],
  TACET_PASSWORD_SIGN_IN: ['1', 'never', 'on off'],
  TACET_MFA: ['on', 'yes', 'totp'],
  TACET_SIGN_IN_HOURS: ['0', '169', '12h'],
  TACET_SIGN_IN_IDLE_HOURS: ['0', '169', '0.5'],
  TACET_ALLOW_IMPLICIT: ['1', 'implicit'],
  TACET_OIDC_ISSUER: [
    'idp.example.test',
    'http://idp.example.test',
    'https://idp.example.test/?a=b',
    'ftp://localhost',
  ],
  TACET_METRICS_LISTEN: ['9464', 'host:99999'],
  TACET_OTLP_ENDPOINT: ['127.0.0.1:4318', 'ftp://collector'],
  TACET_SIP_TLS_LISTEN: ['5061', 'host:70000'],
  TACET_SIP_TLS_CLIENTS: ['on', 'mutual'],
  TACET_LOG_LEVEL: ['verbose', 'errors', '2'],
  TACET_PURPOSE_RULES: ['agent', 'agent=', 'boss=sip:*', 'agent=a,', '=sip:*', ','],
  TACET_ADMIN_CLIENT_ID: ['with space', 'a'.repeat(101), 'ä', 'a/b'],
  TACET_ADMIN_CLIENT_SECRET: ['1234567', 'with space', 'x'.repeat(257), 'pässwort'],
};

test('a wrong value is refused in one sentence that names the setting and says what it takes', () => {
  for (const [name, texts] of Object.entries(bad)) {
    const row = Object.values(settingTable).find((one) => one.name === name) ?? assert.fail(name);
    for (const text of texts) {
      const sentence = refusalOf({ ...admin, [name]: text });
      assert.ok(sentence.includes(name), `${name}=${text}: ${sentence}`);
      assert.ok(sentence.includes(row.expects), `${name}=${text}: ${sentence}`);
      assert.match(sentence, /\.$/);
      assert.doesNotMatch(sentence, /\n/);
    }
  }
});

test('every setting but the free texts has a value that is refused here', () => {
  const outside = ['TACET_OIDC_CLIENT_ID', 'TACET_OIDC_CLIENT_SECRET', 'TACET_OIDC_NAME'];
  const files = [
    'TACET_SIP_TLS_CERT',
    'TACET_SIP_TLS_KEY',
    'TACET_SIP_TLS_CA',
    'TACET_TRUNKS_FILE',
    'TACET_AUDIOHOOK_KEYS_FILE',
    'TACET_SMTP_TLS_CERT',
    'TACET_SMTP_TLS_KEY',
  ];
  // Looked at only where mail is taken.
  const ofMail = ['TACET_SMTP_TLS', 'TACET_SMTP_IDLE_HOURS'];
  const free = ['TACET_DATA_DIR', 'TACET_FFMPEG', 'TACET_PUBLIC_ADDRESS', ...files, ...ofMail, ...outside];
  const names = Object.values(settingTable).map(({ name }) => name);
  assert.deepEqual([...Object.keys(bad), ...free].sort(), names.sort());
});

test('a secret that is refused is not shown', () => {
  const secret = 'top secret';
  const sentence = refusalOf({ ...admin, TACET_ADMIN_CLIENT_SECRET: secret });
  assert.ok(!sentence.includes(secret) && sentence.includes('TACET_ADMIN_CLIENT_SECRET'));
});

test('an empty value is the same as none where a setting may be absent, and is refused where it may not', () => {
  const config = readConfig({ TACET_PUBLIC_URL: '', TACET_PUBLIC_ADDRESS: '', TACET_PURPOSE_RULES: '' });
  assert.deepEqual([config.publicUrl, config.publicAddress, config.purposeRules], [undefined, undefined, []]);
  for (const name of ['TACET_DATA_DIR', 'TACET_HTTP_LISTEN', 'TACET_LOG_LEVEL', 'TACET_MEDIA_WORKERS']) {
    assert.match(refusalOf({ [name]: '' }), new RegExp(`^${name} must not be empty`));
  }
});

test('a pause by the masking policy needs card numbers to be masked', () => {
  assert.match(refusalOf({ TACET_AUTO_PAUSE: 'on', TACET_MASK_TEXT: 'cvv' }), /needs card in TACET_MASK_TEXT/);
  assert.equal(readConfig({ TACET_AUTO_PAUSE: 'on' }).autoPause, true);
});

test('the admin client has an id and a secret, or neither', () => {
  for (const name of ['TACET_ADMIN_CLIENT_ID', 'TACET_ADMIN_CLIENT_SECRET'] as const) {
    assert.match(refusalOf({ [name]: admin[name] }), /must be set together, or neither/);
  }
});

const outside = {
  TACET_PUBLIC_URL: 'https://rec.example.test',
  TACET_OIDC_ISSUER: 'https://idp.example.test',
  TACET_OIDC_CLIENT_ID: 'tacet',
};

test('an outside provider is named whole, and browsers have to find the way back', () => {
  const config = readConfig({ ...outside, TACET_OIDC_CLIENT_SECRET: 's', TACET_PASSWORD_SIGN_IN: 'off' });
  assert.deepEqual(
    [config.oidcIssuer, config.oidcClientId, config.oidcClientSecret, config.passwordSignIn],
    ['https://idp.example.test', 'tacet', 's', false],
  );
  assert.equal(readConfig({ ...outside, TACET_OIDC_ISSUER: 'http://127.0.0.1:9' }).oidcIssuer, 'http://127.0.0.1:9');
  assert.match(refusalOf({ ...outside, TACET_OIDC_CLIENT_ID: '' }), /must be set together, or neither/);
  assert.match(refusalOf({ ...outside, TACET_OIDC_ISSUER: '' }), /must be set together, or neither/);
  assert.match(refusalOf({ ...outside, TACET_PUBLIC_URL: '' }), /needs TACET_PUBLIC_URL/);
  assert.match(refusalOf({ TACET_OIDC_CLIENT_SECRET: 's' }), /needs TACET_OIDC_ISSUER/);
});

const mail = { TACET_SMTP_LISTEN: '127.0.0.1:2525', TACET_SMTP_ADDRESSES: '@archive.example' };

test('mail is taken from other machines only with TLS and AUTH', () => {
  assert.equal(readConfig(mail).smtp?.tls, undefined);
  for (const host of ['0.0.0.0', '192.0.2.7', '[::]', 'mail.example', '128.0.0.1']) {
    assert.match(refusalOf({ ...mail, TACET_SMTP_LISTEN: `${host}:25` }), /needs TACET_SMTP_TLS_CERT/);
  }
  const files = { TACET_SMTP_TLS_CERT: 'a.pem', TACET_SMTP_TLS_KEY: 'a.key' };
  const { smtp } = readConfig({ ...mail, ...files, TACET_SMTP_LISTEN: '0.0.0.0:25' });
  assert.deepEqual([smtp?.tls?.kind, smtp?.tls?.files.certificate, smtp?.idleHours], ['starttls', 'a.pem', 168]);
  assert.match(refusalOf({ ...mail, TACET_SMTP_TLS_CERT: 'a.pem' }), /must be set together, or neither/);
  assert.match(refusalOf({ ...mail, ...files, TACET_SMTP_TLS: 'ssl' }), /takes starttls or implicit/);
  assert.match(refusalOf({ ...mail, TACET_SMTP_IDLE_HOURS: '8761' }), /takes a whole number/);
  assert.match(refusalOf({ TACET_SMTP_LISTEN: '127.0.0.1:25' }), /needs TACET_SMTP_ADDRESSES/);
  assert.match(refusalOf({ TACET_SMTP_ADDRESSES: '@a.example' }), /need TACET_SMTP_LISTEN/);
});

test('one of the ways to sign in is left', () => {
  assert.match(refusalOf({ TACET_PASSWORD_SIGN_IN: 'off' }), /nobody could sign in/);
});

test('an unknown setting is refused by name and origin; what others put into the environment is not ours', () => {
  assert.match(refusalOf({ TACET_HTTP_LISTENS: 'x' }), /^TACET_HTTP_LISTENS \(environment\) is not a setting/);
  assert.match(refusalOf({}, { TACET_GUARD: '1' }), /^TACET_GUARD \(settings file\) is not a setting/);
  assert.equal(readConfig({ PATH: '/bin', TACETX: '1', tacet_data_dir: 'x' }).dataDir, './data');
});

test('the environment wins over the file, setting by setting', () => {
  const file = { TACET_DATA_DIR: 'from file', TACET_LOG_LEVEL: 'warn' };
  const config = readConfig({ TACET_DATA_DIR: 'from environment' }, file);
  assert.deepEqual([config.dataDir, config.logLevel], ['from environment', 'warn']);
});

test('help and documentation name every setting, its default and what it takes', () => {
  const [help, table] = [settingsHelp(), settingsTable()];
  for (const { name, fallback, meaning, expects } of Object.values(settingTable)) {
    assert.ok(help.includes(name) && help.includes(meaning) && help.includes(fallback), name);
    const line = table.split('\n').find((one) => one.startsWith(`| \`${name}\``)) ?? assert.fail(name);
    assert.ok(line.includes(meaning) && line.includes(fallback === '' ? '–' : `\`${fallback}\``), name);
    assert.ok(line.includes(expects.replaceAll('|', '\\|')), name);
    assert.equal(line.replaceAll('\\|', '').split('|').length, 6, 'four cells, whatever the texts contain');
  }
});

test('every default is a value of its own setting', () => {
  for (const { name, fallback, read } of Object.values(settingTable)) {
    if (fallback !== '') assert.notEqual(read(fallback), undefined, name);
  }
});

test('names of settings begin alike and are all different', () => {
  const names = Object.values(settingTable).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^TACET_[A-Z_]+$/);
});
