import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ExternalId, externalIdsOf, externalIdsOfHeaders, readMetadata, siprecLimits } from './index.ts';

const said = (ids: readonly ExternalId[]): readonly string[] => ids.map(({ name, value }) => `${name}=${value}`);

function idsIn(inner: string): readonly string[] {
  const result = readMetadata(new TextEncoder().encode(`<recording>${inner}</recording>`));
  assert.ok(result.ok);
  return said(externalIdsOf(result.value));
}

const headers = (...lines: readonly (readonly [string, string])[]): readonly string[] =>
  said(externalIdsOfHeaders(lines.map(([name, value]) => ({ name, value }))));

test('an UCID is kept as it came, as sixteen hex digits and as the twenty digits of reports', () => {
  const data = '00FA080019001038F725B3;encoding=hex';
  const forms = ['ucid=0019001038F725B3', 'ucid=00025000160955721139'];
  assert.deepEqual(idsIn(`<session session_id="s"><e><x:ucid xmlns:x="urn:x">${data}</x:ucid></e></session>`), [
    `ucid=${data}`,
    ...forms,
  ]);
  assert.deepEqual(idsIn('<e><AvayaUCID>0019001038F725B3</AvayaUCID></e>'), forms);
});

test('of user-to-user data nothing is kept but an UCID', () => {
  const forms = ['ucid=0019001038F725B3', 'ucid=00025000160955721139'];
  assert.deepEqual(headers(['User-to-User', '00FA080019001038F725B3;encoding=hex']), forms);
  assert.deepEqual(headers(['User-to-User', '04C8051234567890FA080019001038F725B3;encoding=hex']), forms);
  assert.deepEqual(headers(['User-to-User', '4444333322221111']), []);
  assert.deepEqual(headers(['User-to-User', 'account=12345;encoding=ascii']), []);
});

test('ids in headers of vendors are kept under one name for each kind of id', () => {
  assert.deepEqual(
    headers(
      ['Session-ID', 'aa;remote=bb'],
      ['Cisco-Guid', '2516910656-1467486695-2179203582-2818574552'],
      ['X-ISR-UCID', 'u-1'],
      ['X-Genesys-CallUUID', '4BOKLLA3VH66JF112M1CC9VHKS14F0KP'],
      ['P-Charging-Vector', 'icid-value="1234bc9876e";icid-generated-at=192.0.2.1'],
      ['X-Card-Number', '4111111111111111'],
      ['Call-ID', 'of the recording session'],
    ),
    [
      'sipSessionID=aa;remote=bb',
      'guid=2516910656-1467486695-2179203582-2818574552',
      'guid=96050240577811E781E401FEA80008D8',
      'ucid=u-1',
      'genesysUuid=4BOKLLA3VH66JF112M1CC9VHKS14F0KP',
      'icid=1234bc9876e',
    ],
  );
});

test('a header that a source copied into its metadata is known by its label', () => {
  const copied =
    '<e><header label="X-ISR-UCID"><value> u-1 </value></header><header label="X-Pin"><value>9</value></header></e>';
  assert.deepEqual(idsIn(`<participant participant_id="p">${copied}</participant>`), ['ucid=u-1']);
});

test('a text that is too long for an id, or has control characters in it, is none', () => {
  const longest = 'x'.repeat(siprecLimits.externalIdCharsMax);
  assert.deepEqual(headers(['X-UCID', longest], ['X-UCID', `${longest}x`], ['X-UCID', 'a\tb'], ['X-UCID', ' ']), [
    `ucid=${longest}`,
  ]);
});

test('as many ids as the limit are taken from headers, and no more', () => {
  const many = Array.from({ length: siprecLimits.metadataListMax + 1 }, (_, at): [string, string] => [
    'X-UCID',
    `u${at}`,
  ]);
  assert.equal(headers(...many).length, siprecLimits.metadataListMax);
});

test('no header makes the reader throw, or keep a text that is no id', () => {
  const name = fc.constantFrom('User-to-User', 'Session-ID', 'Cisco-Guid', 'P-Charging-Vector', 'X-UCID', 'X-Other');
  const line = fc.record({ name, value: fc.string({ unit: 'binary', maxLength: 600 }) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 100 }), (lines) => {
      const ids = externalIdsOfHeaders(lines);
      assert.ok(ids.length <= siprecLimits.metadataListMax);
      for (const { value } of ids) {
        assert.ok(value.length > 0 && value.length <= siprecLimits.externalIdCharsMax);
        assert.doesNotMatch(value, /\p{Cc}/u);
      }
    }),
  );
});
