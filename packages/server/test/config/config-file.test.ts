/** The settings file: a flat list, read as it is written. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Environment, readConfig, readConfigFile, SettingError } from '../../src/config.ts';
import { temporaryFolder } from '../store-samples.ts';

function readText(text: string): Environment {
  using folder = temporaryFolder();
  const path = join(folder.path, 'tacet.yaml');
  writeFileSync(path, text);
  return readConfigFile(path);
}

function refusalOf(text: string): string {
  try {
    readText(text);
  } catch (error) {
    assert.ok(error instanceof SettingError, String(error));
    return error.message;
  }
  return assert.fail(`${text} was taken`);
}

test('a settings file is a list of names and values, with comments', () => {
  const given = readText(
    ['# what we run', 'TACET_DATA_DIR: /srv/tacet', "TACET_HTTP_LISTEN: '0.0.0.0:80'", 'TACET_MEDIA_WORKERS: 4'].join(
      '\n',
    ),
  );
  assert.deepEqual(given, {
    TACET_DATA_DIR: '/srv/tacet',
    TACET_HTTP_LISTEN: '0.0.0.0:80',
    TACET_MEDIA_WORKERS: '4',
  });
  assert.equal(readConfig({}, given).mediaWorkers, 4);
});

test('a value is read as it is written, whatever it looks like', () => {
  const values = ['0123456789', '12345678901234567890', '1e10-and', 'true', '0x1F0x1F0x', 'null-null', '~.~.~.~.'];
  for (const value of values) {
    assert.equal(readText(`TACET_ADMIN_CLIENT_SECRET: ${value}`)['TACET_ADMIN_CLIENT_SECRET'], value);
  }
});

test('a setting without a value is the same as none', () => {
  assert.equal(readConfig({}, readText('TACET_PUBLIC_URL:\n')).publicUrl, undefined);
});

test('a name that is no setting is refused with the file it stands in', () => {
  assert.match(refusalOf('data_dir: /srv/tacet'), /^data_dir \(.*tacet\.yaml\) is not a setting/);
});

test('a value that is a list or a map is refused by the name of its setting', () => {
  for (const text of ['TACET_RTP_PORTS: [20000, 20010]', 'TACET_DATA_DIR:\n  path: /srv']) {
    assert.match(refusalOf(text), /^TACET_[A-Z_]+ \(.*\) must be a single value\.$/);
  }
});

test('a file that is no list of settings is refused', () => {
  for (const text of ['', '# nothing', 'just words', '- TACET_DATA_DIR']) {
    assert.match(refusalOf(text), /must list settings as NAME: value/);
  }
});

test('a file that is missing, broken or says a thing twice is refused in one sentence that names it', () => {
  assert.throws(() => readConfigFile('/nowhere/tacet.yaml'), {
    name: 'SettingError',
    message: /^The settings file \/nowhere\/tacet\.yaml cannot be read: ENOENT/,
  });
  for (const text of ['TACET_DATA_DIR: "unended', 'TACET_DATA_DIR: a\nTACET_DATA_DIR: b', 'a: b: c']) {
    const sentence = refusalOf(text);
    assert.match(sentence, /^The settings file .*tacet\.yaml cannot be read: /);
    assert.doesNotMatch(sentence, /\n/);
  }
});
