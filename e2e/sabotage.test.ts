/** Whoever tampers with a data folder is found out by `tacet verify`, from the files alone. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { FileRecord } from '@tacet/capture';
import { encodeRecord, readRecords } from '@tacet/capture';
import { Api } from './harness/api.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

type ChunkRecord = Extract<FileRecord, { readonly kind: 'chunk' }>;

const folder = new TempFolder();

/** A call with a pause in it, and the server stopped. Its first segments hold more than one chunk. */
before(async () => {
  const dataDir = folder.at('data');
  await using server = await TacetServer.start({ dataDir, logPath: folder.at('server.log') });
  const api = await Api.signIn(server.httpUrl, admin);
  await using call = await RecordedCall.place(server, { communicationSessionId: 'tampered' });
  const id = await conversationOf(api, call);
  await wait(1_500);
  await api.pause(id);
  await wait(200);
  await api.resume(id);
  await wait(200);
  await call.hangUp();
  await api.recordings(id);
  assert.equal(await server.stop(), 0);
});

after(() => folder[Symbol.asyncDispose]());

/** The findings that verify has on a copy of the folder, after something was done to it. */
async function findingsAfter(name: string, tamper: (dataDir: string) => void): Promise<readonly string[]> {
  const copy = folder.at(name);
  cpSync(folder.at('data'), copy, { recursive: true });
  tamper(copy);
  const { code, stdout, stderr } = await verify(copy);
  const findings = stdout.split('\n').filter((line) => /^(audit|span|recording) \S+: /.test(line));
  assert.equal(code, 1, `found out: ${stdout}${stderr}`);
  assert.match(stdout, new RegExp(`^Not proved: ${findings.length} findings in `, 'm'));
  return findings;
}

/** The segment file with the most chunks: the caller's, or the agent's, up to the pause. */
function longestSegment(dataDir: string): string {
  const blobs = join(dataDir, 'blobs');
  const files = readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const [longest] = paths.sort((a, b) => readFileSync(b).length - readFileSync(a).length);
  return longest ?? assert.fail('there are no segments');
}

function changeDatabase(dataDir: string, ...statements: readonly string[]): void {
  const db = new DatabaseSync(join(dataDir, 'tacet.db'));
  for (const statement of statements) db.exec(statement);
  db.close();
}

function has(findings: readonly string[], pattern: RegExp): boolean {
  return findings.some((finding) => pattern.test(finding));
}

test('a folder that nobody touched has no findings', async () => {
  const { code, stdout } = await verify(folder.at('data'));
  assert.equal(code, 0);
  assert.match(stdout, /^Proved: 1 conversations, 4 segments, \d+ audit entries; no findings\.$/m);
});

/** The segment file with one of its chunks put through `change`. */
function changeChunk(dataDir: string, change: (chunk: ChunkRecord) => Buffer): void {
  const path = longestSegment(dataDir);
  const bytes = readFileSync(path);
  const changed = [...readRecords(bytes)].map(({ record, offset, length }) =>
    record.kind === 'chunk' && record.number === 0 ? change(record) : bytes.subarray(offset, offset + length),
  );
  writeFileSync(path, Buffer.concat(changed));
}

function withFlippedBit(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
  return flipped;
}

test('a flipped bit in a segment is found', async () => {
  const findings = await findingsAfter('flipped', (dataDir) =>
    changeChunk(dataDir, (chunk) => withFlippedBit(encodeRecord(chunk))),
  );
  assert.ok(has(findings, /^recording .*segmentChanged/), findings.join('\n'));
  assert.ok(has(findings, /^recording .*chunkMissing/), findings.join('\n'));
});

test('a flipped bit in a chunk breaks its seal, even where the checksums were mended', async () => {
  const findings = await findingsAfter('mended', (dataDir) => {
    changeChunk(dataDir, (chunk) => encodeRecord({ ...chunk, sealed: withFlippedBit(chunk.sealed) }));
    const sha256 = createHash('sha256')
      .update(readFileSync(longestSegment(dataDir)))
      .digest('hex');
    const name = relative(join(dataDir, 'blobs'), longestSegment(dataDir));
    changeDatabase(
      dataDir,
      `UPDATE segments SET document = json_set(document, '$.sha256', '${sha256}')
        WHERE json_extract(document, '$.blobName') = '${name}'`,
    );
  });
  assert.equal(findings.length, 1, findings.join('\n'));
  assert.ok(has(findings, /^recording .*sealBroken/), findings.join('\n'));
});

test('a chunk that was cut out of its segment is missed', async () => {
  const findings = await findingsAfter('cut-out', (dataDir) => {
    const path = longestSegment(dataDir);
    const bytes = readFileSync(path);
    const chunks = [...readRecords(bytes)].filter(({ record }) => record.kind === 'chunk');
    assert.ok(chunks.length >= 2, 'a chunk among others');
    const { offset, length } = chunks[0] ?? assert.fail();
    writeFileSync(path, Buffer.concat([bytes.subarray(0, offset), bytes.subarray(offset + length)]));
  });
  assert.ok(has(findings, /^recording .*chunkMissing/), findings.join('\n'));
});

test('a segment file that was removed is missed', async () => {
  const findings = await findingsAfter('removed', (dataDir) => rmSync(longestSegment(dataDir)));
  assert.deepEqual(findings.length, 1);
  assert.ok(has(findings, /^recording .*segmentMissing/), findings.join('\n'));
});

test('an audit entry that was rewritten does not have its hash', async () => {
  const findings = await findingsAfter('rewritten', (dataDir) =>
    changeDatabase(
      dataDir,
      'DROP TRIGGER audit_unchanged',
      `UPDATE audit SET text = replace(text, 'recordingPaused', 'recordingWaited') WHERE text LIKE '%recordingPaused%'`,
    ),
  );
  assert.ok(has(findings, /^audit \d+: .*hash/), findings.join('\n'));
});

test('an audit entry that was removed leaves a hole', async () => {
  const findings = await findingsAfter('holed', (dataDir) =>
    changeDatabase(dataDir, 'DROP TRIGGER audit_kept', `DELETE FROM audit WHERE text LIKE '%recordingPaused%'`),
  );
  assert.ok(has(findings, /^audit \d+: .*missing/), findings.join('\n'));
  assert.ok(has(findings, /^span .*no audit entry/), findings.join('\n'));
});

test('a pause that was moved to begin earlier lies over what is stored, and contradicts the audit log', async () => {
  const findings = await findingsAfter('moved', (dataDir) =>
    changeDatabase(
      dataDir,
      `UPDATE spans SET document = json_set(document, '$.closedAt', json_extract(document, '$.closedAt') - 500)`,
    ),
  );
  assert.ok(has(findings, /^recording .*storedWithinWithheld/), findings.join('\n'));
  assert.ok(has(findings, /^recording .*spansPause/), findings.join('\n'));
  assert.ok(has(findings, /^span .*begins at another instant/), findings.join('\n'));
});

test('a pause that was taken out is missed by the audit log', async () => {
  const findings = await findingsAfter('taken-out', (dataDir) => changeDatabase(dataDir, 'DELETE FROM spans'));
  assert.ok(has(findings, /^span .*has no span/), findings.join('\n'));
});

test('entries that were cut off at the end of the audit log show in its head', async () => {
  const headOf = (stdout: string): string => /^Audit head: .+$/m.exec(stdout)?.[0] ?? assert.fail(stdout);
  const noted = headOf((await verify(folder.at('data'))).stdout);
  const copy = folder.at('beheaded');
  cpSync(folder.at('data'), copy, { recursive: true });
  changeDatabase(copy, 'DROP TRIGGER audit_kept', 'DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)');
  assert.notEqual(headOf((await verify(copy)).stdout), noted);
});
