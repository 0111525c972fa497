import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sipUnderTest } from './sip-under-test.ts';
import { boundaryOf } from './vendor-body.ts';

/** What a body must lead to: streams recorded, of which so many have an owner, and participants known. */
interface Expectation {
  readonly file: string;
  readonly status: number;
  readonly streams: number;
  readonly owned: number;
  readonly participants: number;
}

const ownFolder = new URL('../../../wire/src/siprec/corpus/', import.meta.url);
/** Bodies that vendors sent, kept outside of the project; where they are not, the look-alikes have to do. */
const vendorFolder = new URL('../../../../../shared/fixtures/siprec/', import.meta.url);

const ownBodies: readonly Expectation[] = [
  { file: 'nested-send.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'empty-metadata.txt', status: 200, streams: 1, owned: 0, participants: 0 },
  { file: 'cut-signalling-part.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'prefixed-names.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'no-associations.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'inactive-streams.txt', status: 200, streams: 2, owned: 0, participants: 2 },
  { file: 'named-legs.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'quoted-boundary.txt', status: 200, streams: 1, owned: 1, participants: 1 },
  { file: 'plain.sdp', status: 400, streams: 0, owned: 0, participants: 0 },
];

const vendorBodies: readonly Expectation[] = [
  { file: 'acme-siprec-offer.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'broadworks-offer.txt', status: 200, streams: 1, owned: 0, participants: 0 },
  { file: 'broadworks-offer-2.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'cisco-siprec-offer.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'connectel-offer.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'inactive-sdp-offer.txt', status: 200, streams: 2, owned: 0, participants: 2 },
  { file: 'non-siprec-payload.txt', status: 400, streams: 0, owned: 0, participants: 0 },
  { file: 'procomm-siprec-offer.txt', status: 200, streams: 2, owned: 2, participants: 2 },
  { file: 'sonus-siprec-offer.txt', status: 200, streams: 2, owned: 2, participants: 2 },
];

async function place(folder: URL, expected: Expectation): Promise<void> {
  await using sip = await sipUnderTest();
  const bytes = readFileSync(new URL(expected.file, folder));
  const isMultipart = /^--\S+\s*$/m.test(bytes.toString('latin1'));
  const type = isMultipart ? `multipart/mixed;boundary="${boundaryOf(bytes)}"` : 'application/sdp';
  const response = await sip.client('tcp').inviteWith({ body: { type, bytes } });
  assert.equal(response.status, expected.status);
  const conversations = await sip.conversations();
  assert.equal(conversations.length, expected.status === 200 ? 1 : 0);
  if (expected.status !== 200) return;
  const { streams } = await sip.recording();
  assert.equal(streams.length, expected.streams);
  assert.equal(streams.filter(({ owners }) => owners.length > 0).length, expected.owned);
  assert.equal(conversations[0]?.participants.length, expected.participants);
}

for (const expected of ownBodies) {
  test(`a call with the body of ${expected.file} is answered ${expected.status} and recorded so far`, () =>
    place(ownFolder, expected));
}

test('calls with the bodies that vendors sent are recorded as far as they go', async (context) => {
  if (!existsSync(vendorFolder)) context.diagnostic('the vendor bodies are not here; their look-alikes were placed');
  else for (const expected of vendorBodies) await context.test(expected.file, () => place(vendorFolder, expected));
});
