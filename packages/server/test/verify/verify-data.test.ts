/** The proof, from the files of a data folder alone: silent when all is well, and never when something is not (P9). */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { test } from 'node:test';
import { DataFolder } from './data-folder.ts';

test('a folder that a server left in order has no findings, and the proof says what it has seen', async () => {
  await using folder = await DataFolder.recorded();
  const { findings, progress } = await folder.verify();
  assert.deepEqual(findings, []);
  assert.deepEqual([progress.conversations, progress.of, progress.segments], [1, 1, 6]);
  assert.ok(progress.auditEntries >= 10);
  assert.match(progress.auditHead, /^[0-9a-f]{64}$/);
});

test('the proof can be had beside a running server, in the middle of calls and pauses', async () => {
  await using folder = await DataFolder.open();
  const one = await folder.call();
  const two = await folder.call('call-2');
  await folder.talk(one, 20);
  assert.deepEqual(await folder.findings(), []);
  await folder.set(one, 'PAUSED');
  await folder.talk(two, 20);
  assert.deepEqual(await folder.findings(), []);
  await folder.set(one, 'ACTIVE');
  await folder.talk(one, 20);
  assert.deepEqual(await folder.findings(), []);
});

test('a folder without recordings, without spool and without blobs has no findings, and nothing is made in it', async () => {
  await using folder = await DataFolder.open();
  await folder.stop();
  for (const name of ['spool', 'blobs']) rmSync(folder.pathOf(name), { recursive: true, force: true });
  assert.deepEqual(await folder.findings(), []);
  for (const name of ['spool', 'blobs']) assert.equal(existsSync(folder.pathOf(name)), false);
});

test('a segment that is missing is found', async () => {
  await using folder = await DataFolder.recorded();
  const [name = assert.fail()] = folder.blobs();
  rmSync(folder.pathOf('blobs', name));
  const [finding, ...others] = await folder.findings();
  assert.match(finding ?? '', /^recording: segmentMissing: /);
  assert.deepEqual(others, []);
});

test('a bit that was turned is found, wherever in a segment it is', async () => {
  await using folder = await DataFolder.recorded();
  const [name = assert.fail()] = folder.blobs();
  const path = folder.pathOf('blobs', name);
  const { length } = readFileSync(path);
  for (const offset of [0, 5, 40, Math.floor(length / 2), length - 1]) {
    folder.turnBit(path, offset);
    const findings = await folder.findings();
    assert.ok(
      findings.some((what) => what.startsWith('recording: segmentChanged: ')),
      `offset ${offset}`,
    );
    folder.turnBit(path, offset);
  }
  assert.deepEqual(await folder.findings(), []);
});

test('a segment that was cut short is found', async () => {
  await using folder = await DataFolder.recorded();
  const [name = assert.fail()] = folder.blobs();
  const path = folder.pathOf('blobs', name);
  truncateSync(path, readFileSync(path).length - 10);
  const findings = await folder.findings();
  assert.ok(findings.some((what) => what.startsWith('recording: segmentChanged: ')));
  assert.ok(findings.some((what) => what.startsWith('recording: segmentUnreadable: ')));
});

test('a segment in the place of another is found', async () => {
  await using folder = await DataFolder.recorded();
  const [first = assert.fail(), second = assert.fail()] = folder.blobs();
  copyFileSync(folder.pathOf('blobs', second), folder.pathOf('blobs', first));
  const findings = await folder.findings();
  assert.ok(findings.some((what) => what.startsWith('recording: segmentForeign: ')));
});

test('a segment that was taken out of its chain, file and row, is found', async () => {
  await using folder = await DataFolder.recorded();
  folder.tamper('DELETE FROM segments WHERE number = 1');
  const findings = await folder.findings();
  assert.equal(findings.filter((what) => what.startsWith('recording: chainBroken: ')).length, 2);
});

test('media that is kept where its stream was withheld is found', async () => {
  await using folder = await DataFolder.recorded();
  folder.tamper('UPDATE withheld_intervals SET from_at = from_at - 200');
  const findings = await folder.findings();
  for (const flaw of ['spansPause', 'storedWithinWithheld']) {
    assert.ok(findings.some((what) => what.startsWith(`recording: ${flaw}: `)));
  }
});

test('media that is kept where the conversation was paused is found, whatever its stream says', async () => {
  await using folder = await DataFolder.recorded();
  folder.tamper('DELETE FROM withheld_intervals');
  changeSpan(folder, "json_set(document, '$.closedAt', json_extract(document, '$.closedAt') - 200)");
  const findings = await folder.findings();
  for (const flaw of ['spansPause', 'storedWithinWithheld']) {
    assert.ok(findings.some((what) => what.startsWith(`recording: ${flaw}: `)));
  }
});

test('keys that are not those of the folder are found', async () => {
  await using folder = await DataFolder.recorded();
  folder.tamper(
    'UPDATE segment_keys SET wrapped_key = randomblob(60) WHERE number = (SELECT min(key_number) FROM segments)',
  );
  const findings = await folder.findings();
  assert.deepEqual(
    findings.map((what) => what.slice(0, 'recording: keyUnreadable'.length)),
    ['recording: keyUnreadable'],
  );
});

test('without the file of wrapping keys nothing can be proved, and that is a fault and not a finding', async () => {
  await using folder = await DataFolder.recorded();
  rmSync(folder.pathOf('keys'), { recursive: true });
  await assert.rejects(folder.verify(), { code: 'storageUnavailable' });
});

test('an audit entry that was changed, and one that was taken out, are found by their numbers', async () => {
  await using folder = await DataFolder.recorded();
  folder.tamper(`UPDATE audit SET text = replace(text, '"stranger"', '"somebody"') WHERE number = 3`);
  folder.tamper("UPDATE audit SET text = replace(text, 'recordingPaused', 'recordingEnded') WHERE number = 3");
  folder.tamper('DELETE FROM audit WHERE number = 6');
  const { findings } = await folder.verify();
  const ids = findings.filter(({ part }) => part === 'audit').map(({ id }) => id);
  assert.deepEqual(ids, ['3', '7']);
});

/** Changes the document of the span that began first. */
function changeSpan(folder: DataFolder, change: string): void {
  const first = '(SELECT id FROM spans ORDER BY closed_at LIMIT 1)';
  folder.tamper(`UPDATE spans SET document = ${change} WHERE id = ${first}`);
}

test('a span whose beginning was moved is found', async () => {
  await using folder = await DataFolder.recorded();
  changeSpan(folder, "json_set(document, '$.closedAt', json_extract(document, '$.closedAt') + 40)");
  const findings = await folder.findings();
  assert.equal(
    findings.filter((what) => /^span: begins at another instant than audit entry \d+ says$/.test(what)).length,
    1,
  );
});

test('a span whose end was moved or taken away is found', async () => {
  for (const change of [
    "json_set(document, '$.openedAt', json_extract(document, '$.openedAt') - 40)",
    "json_remove(document, '$.openedAt')",
  ]) {
    await using folder = await DataFolder.recorded();
    changeSpan(folder, change);
    const findings = await folder.findings();
    assert.equal(
      findings.filter((what) => /^span: ends at another instant than audit entry \d+ says$/.test(what)).length,
      1,
    );
  }
});

test('a pause whose span was taken out is found', async () => {
  await using folder = await DataFolder.recorded();
  folder.tamper('DELETE FROM spans WHERE id = (SELECT id FROM spans ORDER BY closed_at LIMIT 1)');
  const findings = await folder.findings();
  assert.ok(findings.some((what) => /^span: the pause of audit entry \d+ has no span$/.test(what)));
});

test('a span that nobody asked for is found', async () => {
  await using folder = await DataFolder.recorded();
  folder.tamper(`INSERT INTO spans SELECT conversation_id, 'invented', closed_at + 1, json_set(document, '$.id', 'invented')
    FROM spans ORDER BY closed_at LIMIT 1`);
  const { findings } = await folder.verify();
  const invented = findings.filter(({ part, id }) => part === 'span' && id === 'invented');
  assert.ok(invented.some(({ what }) => what === 'no audit entry tells of this pause'));
});

test('a spool that a crash left is read too: what is whole in it is proved, and what is torn is no finding', async () => {
  await using folder = await DataFolder.open();
  const call = await folder.call();
  await folder.talk(call, 40);
  await folder.set(call, 'PAUSED');
  await folder.talk(call, 10);
  await folder.settle();
  folder.kill();
  const { findings, progress } = await folder.verify();
  assert.deepEqual(findings, []);
  assert.equal(progress.segments, 2, 'one of each stream');
});

test('a spool that is torn at its end is proved up to there', async () => {
  await using folder = await DataFolder.open();
  const call = await folder.call();
  await folder.talk(call, 120);
  await folder.settle();
  folder.kill();
  const [name = assert.fail()] = readdirSync(folder.pathOf('spool'));
  const path = folder.pathOf('spool', name);
  for (const cut of [7, 300, 1_500]) {
    truncateSync(path, readFileSync(path).length - cut);
    const { findings, progress } = await folder.verify();
    assert.deepEqual([findings, progress.segments], [[], 2]);
  }
});

test('a resume that was taken back after a gate had opened leaves nothing to be found', async () => {
  await using folder = await DataFolder.open();
  const call = await folder.call();
  const [, slow = assert.fail()] = call.streams;
  await folder.talk(call, 20);
  await folder.set(call, 'PAUSED');
  await folder.talk(call, 10);
  folder.ports.at(slow.port).returnsFences = false;
  const resuming = folder.ask(call, 'ACTIVE');
  resuming.catch(() => undefined);
  // Long enough for the guard, and for what the quick stream sends to be kept.
  await folder.talk(call, 15);
  await folder.set(call, 'PAUSED');
  await assert.rejects(resuming, { code: 'supersededByPause' });
  await folder.talk(call, 10);
  folder.ports.at(slow.port).returnsFences = true;
  await folder.set(call, 'ACTIVE');
  await folder.talk(call, 20);
  await folder.hangUp(call);
  await folder.stop();
  assert.deepEqual(await folder.findings(), []);
  const [quick, other] = folder.segmentCounts(call);
  assert.deepEqual([quick, other], [3, 2], 'one gate had been open in between');
});

test('a resume that one gate did not confirm leaves nothing to be found', async () => {
  await using folder = await DataFolder.open();
  const call = await folder.call();
  const [, silent = assert.fail()] = call.streams;
  await folder.talk(call, 20);
  await folder.set(call, 'PAUSED');
  folder.ports.at(silent.port).returnsFences = false;
  const resuming = folder.ask(call, 'ACTIVE');
  resuming.catch(() => undefined);
  await folder.talk(call, 150);
  await assert.rejects(resuming, { code: 'gateUnconfirmed' });
  await folder.talk(call, 10);
  await folder.hangUp(call);
  await folder.stop();
  assert.deepEqual(await folder.findings(), []);
  assert.deepEqual(folder.segmentCounts(call), [2, 1]);
});
