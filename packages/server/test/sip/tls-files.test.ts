/** The files of SIP over TLS: what is wrong with them is said in a sentence, and changed ones are taken while calls go on. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '@tacet/testkit';
import { TestAuthority } from '@tacet/testkit/certificates';
import { readCertificates, watchCertificates } from '../../src/sip-certificates.ts';
import { tlsPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { sipUnderTest } from './sip-under-test.ts';

const authority = new TestAuthority();
const folder = mkdtempSync(join(tmpdir(), 'tacet-tls-files-'));
process.on('exit', () => {
  authority[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});
const before = authority.issue('before.example', ['IP:127.0.0.1']);
const behind = authority.issue('behind.example', ['IP:127.0.0.1']);
const everyMs = 10_000;

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('a TLS file that cannot be used is told of in one sentence that names file and setting', () => {
  const good = { certificate: before.certificate, key: before.key, authorities: authority.file };
  const [gone, noise] = [join(folder, 'gone.pem'), fileOf('noise.pem', 'no PEM at all')];
  for (const [files, sentence] of [
    [{ ...good, certificate: gone }, `The file ${gone} of TACET_SIP_TLS_CERT cannot be read (ENOENT).`],
    [{ ...good, key: gone }, `The file ${gone} of TACET_SIP_TLS_KEY cannot be read (ENOENT).`],
    [{ ...good, authorities: gone }, `The file ${gone} of TACET_SIP_TLS_CA cannot be read (ENOENT).`],
    [{ ...good, certificate: folder }, `The file ${folder} of TACET_SIP_TLS_CERT cannot be read (EISDIR).`],
    [{ ...good, certificate: noise }, `The file ${noise} of TACET_SIP_TLS_CERT holds no certificate in PEM.`],
    [
      { ...good, key: noise },
      `The file ${noise} of TACET_SIP_TLS_KEY holds no private key in PEM without a passphrase.`,
    ],
    [{ ...good, authorities: noise }, `The file ${noise} of TACET_SIP_TLS_CA holds no certificate in PEM.`],
    [{ ...good, key: behind.key }, `The key in ${behind.key} is not that of the certificate in ${before.certificate}.`],
  ] as const) {
    assert.throws(() => readCertificates(files), { name: 'SettingError', message: sentence });
  }
  assert.equal(readCertificates({ ...good, authorities: undefined }).authorities, undefined);
});

test('certificate files that change are taken without dropping calls; ones that cannot be used change nothing', async () => {
  const files = { certificate: join(folder, 'own.pem'), key: join(folder, 'own.key'), authorities: authority.file };
  copyFileSync(before.certificate, files.certificate);
  copyFileSync(before.key, files.key);
  const tls = { listen: { host: '127.0.0.1', port: 0 }, clients: 'off', credentials: readCertificates(files) } as const;
  await using sip = await sipUnderTest({ tls });
  const clock = new ManualClock();
  const troubles: string[] = [];
  const onTrouble = (sentence: string): void => void troubles.push(sentence);
  const watch = watchCertificates(files, { clock, everyMs, onTrouble, onChange: (to) => sip.server.renewTls(to) });
  const shown = async (): Promise<string> => {
    const peer = await tlsPeer({ host: '127.0.0.1', port: sip.server.tlsPort }, { ca: tls.credentials.authorities });
    await using _peer = peer;
    return peer.certificateName;
  };
  const call = sip.client('tls', { tls: { ...tls, credentials: authority.credentials(before) } });
  await call.invite(someCall());
  clock.advance(everyMs);
  assert.deepEqual([await shown(), troubles], ['before.example', []]);
  copyFileSync(behind.certificate, files.certificate);
  clock.advance(everyMs);
  assert.equal(await shown(), 'before.example');
  assert.deepEqual(troubles, [`The key in ${files.key} is not that of the certificate in ${files.certificate}.`]);
  copyFileSync(behind.key, files.key);
  clock.advance(everyMs);
  assert.equal(await shown(), 'behind.example');
  rmSync(files.key);
  watch.look();
  assert.equal(await shown(), 'behind.example');
  assert.equal(troubles.length, 2);
  await call.reinvite(someCall());
  await call.bye();
  assert.equal((await sip.conversations()).length, 1);
  watch.stop();
});
