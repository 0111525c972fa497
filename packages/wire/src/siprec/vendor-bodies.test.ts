import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answerOffer, parseDescription } from '../sdp/index.ts';
import { externalIdsOf, readMetadata, readRecordingBody, streamParties } from './index.ts';

/** What one body must give: for each stream its label, codec, whether it sends, and who is heard on it. */
interface Expectation {
  readonly file: string;
  readonly streams: readonly (readonly [string, 'pcmu' | 'pcma', boolean, string | undefined])[];
  readonly metadataFault?: string;
  readonly externalIds?: readonly string[];
}

const unheard = undefined;

/** Bodies of our own making, in the shapes that clients in the field send. */
const ownBodies: readonly Expectation[] = [
  {
    file: 'nested-send.txt',
    streams: [
      ['33554433', 'pcmu', true, 'sip:5001@192.0.2.51'],
      ['33554434', 'pcmu', true, 'sip:5002@192.0.2.52'],
    ],
    externalIds: ['ucid=00FACADE0001;encoding=hex'],
  },
  { file: 'empty-metadata.txt', streams: [['1', 'pcma', true, unheard]], metadataFault: 'metadataUnreadable' },
  {
    file: 'cut-signalling-part.txt',
    streams: [
      ['1', 'pcmu', true, 'sip:6001@192.0.2.61'],
      ['2', 'pcmu', true, 'sip:6002@192.0.2.61'],
    ],
    externalIds: ['sipSessionID=0123456789abcdef0123456789abcdef;remote=fedcba9876543210fedcba9876543210'],
  },
  {
    file: 'prefixed-names.txt',
    streams: [
      ['1', 'pcmu', true, 'sip:7002@192.0.2.73'],
      ['2', 'pcmu', true, 'sip:7001@192.0.2.72'],
    ],
    externalIds: ['callid=11111111-2222-3333-4444-555555555555', 'gcid=424242'],
  },
  {
    file: 'no-associations.txt',
    streams: [
      ['1', 'pcmu', true, unheard],
      ['2', 'pcma', true, unheard],
    ],
  },
  {
    file: 'inactive-streams.txt',
    streams: [
      ['1', 'pcmu', false, unheard],
      ['2', 'pcmu', false, unheard],
    ],
  },
  {
    file: 'named-legs.txt',
    streams: [
      ['near_leg', 'pcma', true, 'sip:100@192.0.2.101'],
      ['far_leg', 'pcma', true, 'sip:Desk-200@example.com'],
    ],
  },
  { file: 'quoted-boundary.txt', streams: [['1', 'pcmu', true, 'tel:+12025550100']] },
  {
    file: 'tracking-ids.txt',
    streams: [['1', 'pcmu', true, 'sip:+12025550143@192.0.2.121;user=phone']],
    externalIds: [
      'extTrackingId=1142208:1',
      'serviceProviderId=Provider7',
      'groupId=Sales',
      'userId=agent7@sales.example',
      'callid=callhalf-42:0',
    ],
  },
  {
    file: 'copied-headers.txt',
    streams: [['1', 'pcmu', true, 'sip:+12025550143@192.0.2.121;user=phone']],
    externalIds: [
      'ucid=00FA080019001038F725B3;encoding=hex',
      'ucid=0019001038F725B3',
      'ucid=00025000160955721139',
      'ucid=isr-150323-42',
    ],
  },
  { file: 'plain.sdp', streams: [['1', 'pcmu', true, unheard]] },
];

/** Bodies that vendors sent, kept outside of the project. */
const vendorBodies: readonly Expectation[] = [
  {
    file: 'acme-siprec-offer.txt',
    streams: [
      ['16777227', 'pcmu', true, 'sip:9000@192.168.50.102'],
      ['16777228', 'pcmu', true, 'sip:1002@192.168.50.10'],
    ],
  },
  {
    file: 'broadworks-offer-2.txt',
    streams: [
      ['10', 'pcma', true, 'sip:9878942259@212.188.68.145'],
      ['20', 'pcma', true, 'sip:ASBCE@asbce.com'],
    ],
  },
  { file: 'broadworks-offer.txt', streams: [['1', 'pcma', true, unheard]], metadataFault: 'metadataUnreadable' },
  {
    file: 'cisco-siprec-offer.txt',
    streams: [
      ['1', 'pcmu', true, 'sip:7301@35.162.237.204'],
      ['2', 'pcmu', true, 'sip:7300@35.162.237.204'],
    ],
    externalIds: ['sipSessionID=e9fffff2020a598b86962867715db0cf;remote=cd0f7093d62c5f0697098fd69a4aa57b'],
  },
  {
    file: 'connectel-offer.txt',
    streams: [
      ['1', 'pcmu', true, unheard],
      ['2', 'pcma', true, unheard],
    ],
  },
  {
    file: 'inactive-sdp-offer.txt',
    streams: [
      ['1', 'pcmu', false, unheard],
      ['2', 'pcmu', false, unheard],
    ],
  },
  { file: 'non-siprec-payload.txt', streams: [['1', 'pcmu', true, unheard]] },
  {
    file: 'procomm-siprec-offer.txt',
    streams: [
      ['a_leg', 'pcma', true, 'sip:016190200@87.252.209.116'],
      ['b_leg', 'pcma', true, 'sip:Extension-016190619@speechpath.ie'],
    ],
  },
  {
    file: 'sonus-siprec-offer.txt',
    streams: [
      ['1', 'pcmu', true, 'sip:2249888012@172.16.195.72'],
      ['2', 'pcmu', true, 'sip:2249888500@172.16.198.55'],
    ],
    externalIds: ['callid=2da553f7-a48b-1235-d6a2-5254003a4988', 'gcid=241205267'],
  },
];

/** The Content-Type a body would have come with: files hold the body alone. */
function contentTypeOf(body: Uint8Array): string {
  const text = new TextDecoder().decode(body);
  const boundary = /^--(\S+?)[ \t]*\r?$\s+^Content-/m.exec(text)?.[1];
  return boundary === undefined ? 'application/sdp' : `multipart/mixed;boundary="${boundary}"`;
}

function check(folder: string, expectation: Expectation): void {
  const body = new Uint8Array(readFileSync(join(folder, expectation.file)));
  const parts = readRecordingBody(contentTypeOf(body), body);
  assert.ok(parts.ok);
  assert.ok(parts.value.description, 'the session description is found');
  const offer = parseDescription(parts.value.description);
  assert.ok(offer.ok);
  const ports = offer.value.media.map((_, index) => ({ rtpPort: 9_000 + 2 * index }));
  const origin = { ...offer.value.origin, username: '-' };
  const { streams, description } = answerOffer(offer.value, { origin, address: '198.51.100.1', ports });
  const metadata = parts.value.metadata === undefined ? undefined : readMetadata(parts.value.metadata);
  if (metadata?.ok === false) assert.equal(metadata.fault.code, expectation.metadataFault);
  else assert.equal(undefined, expectation.metadataFault);
  const parties = metadata?.ok ? streamParties(metadata.value) : [];
  assert.deepEqual(
    streams.map((stream) => {
      assert.ok(stream.isAcceptable);
      const heard = parties.find(({ label }) => label === stream.label);
      assert.equal(metadata?.ok === true, heard !== undefined, 'each label is in the metadata');
      assert.ok((heard?.senders.length ?? 0) <= 1);
      return [stream.label, stream.audio.codec, stream.isSending, heard?.senders[0]?.aor];
    }),
    expectation.streams,
  );
  assert.deepEqual(
    description.media.map(({ port }) => port),
    ports.map(({ rtpPort }) => rtpPort),
  );
  if (expectation.externalIds !== undefined && metadata?.ok) {
    const ids = externalIdsOf(metadata.value).map(({ name, value }) => `${name}=${value}`);
    assert.deepEqual(ids, expectation.externalIds);
  }
}

for (const expectation of ownBodies) {
  test(`a body shaped like ${expectation.file} gives its streams, each with the participant heard on it`, () => {
    check(join(import.meta.dirname, 'corpus'), expectation);
  });
}

test('bodies as vendors sent them give their streams, each with the participant heard on it', async (t) => {
  const folder = join(import.meta.dirname, '../../../../../shared/fixtures/siprec');
  if (!existsSync(folder)) {
    t.diagnostic('the folder of vendor bodies is not here: only the bodies of our own making were checked');
    return;
  }
  for (const expectation of vendorBodies) await t.test(expectation.file, () => check(folder, expectation));
});
