/** Settings are checked before anything starts; a wrong one is named in one sentence. */
import assert from 'node:assert/strict';
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
    rtpPorts: { first: 20_000, last: 29_999 },
    publicAddress: undefined,
    adminClientId: undefined,
    adminClientSecret: undefined,
    resumeGuardMs: 250,
    conversationLingerMs: 5_000,
    purposeRules: [],
    mediaWorkers: 1,
    publicUrl: undefined,
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
  ['TACET_PUBLIC_ADDRESS', '198.51.100.7', 'publicAddress', '198.51.100.7'],
  ['TACET_RESUME_GUARD_MS', '0', 'resumeGuardMs', 0],
  ['TACET_RESUME_GUARD_MS', '5000', 'resumeGuardMs', 5_000],
  ['TACET_CONVERSATION_LINGER_MS', '0', 'conversationLingerMs', 0],
  ['TACET_CONVERSATION_LINGER_MS', '600000', 'conversationLingerMs', 600_000],
  ['TACET_MEDIA_WORKERS', '1', 'mediaWorkers', 1],
  ['TACET_MEDIA_WORKERS', '64', 'mediaWorkers', 64],
  ['TACET_PUBLIC_URL', 'https://recorder.example.test/', 'publicUrl', 'https://recorder.example.test'],
  ['TACET_PUBLIC_URL', 'http://[::1]:8080', 'publicUrl', 'http://[::1]:8080'],
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
  TACET_HTTP_LISTEN: ['8080', 'localhost', 'localhost:', ':8080', 'localhost:65536', 'a b:80', '::1:80', 'h:-1'],
  TACET_SIP_LISTEN: ['0.0.0.0', 'udp:0.0.0.0:5060', '0.0.0.0:sip'],
  TACET_RTP_PORTS: ['20000', '1023-2000', '20000-65536', '20001-20000', '20000-20000', '20000..20010', '-', 'a-b'],
  TACET_RESUME_GUARD_MS: ['-1', '5001', '1.5', '250ms', 'x', ' 250', '1e3'],
  TACET_CONVERSATION_LINGER_MS: ['-1', '600001', '5s'],
  TACET_MEDIA_WORKERS: ['0', '65', 'all'],
  TACET_PUBLIC_URL: ['recorder.example.test', 'ftp://recorder.example.test', 'https://', 'https://a b'],
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
  const free = ['TACET_DATA_DIR', 'TACET_PUBLIC_ADDRESS'];
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

test('the admin client has an id and a secret, or neither', () => {
  for (const name of ['TACET_ADMIN_CLIENT_ID', 'TACET_ADMIN_CLIENT_SECRET'] as const) {
    assert.match(refusalOf({ [name]: admin[name] }), /must be set together, or neither/);
  }
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
