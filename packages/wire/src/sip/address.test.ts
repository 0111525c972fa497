import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, parseAddress, tagOf, withTag } from './address.ts';
import { splitAtCommas } from './grammar.ts';
import { sipLimits } from './limits.ts';
import { parseParameters, withParameter } from './parameters.ts';

test('a quoted display name is read without its quotes and escapes', () => {
  assert.deepEqual(parseAddress('"Caller \\"One\\" \\\\" <sip:one@example.com;lr>;tag=7'), {
    displayName: 'Caller "One" \\',
    uri: 'sip:one@example.com;lr',
    parameters: [{ name: 'tag', value: '7' }],
  });
});

test('a display name of tokens needs neither quotes nor a space before the bracket', () => {
  assert.equal(parseAddress('Agent  Seven<sip:7@example.com>')?.displayName, 'Agent Seven');
});

test('without brackets, what follows a semicolon belongs to the header and not to the URI', () => {
  const address = parseAddress('sip:one@example.com;tag=7');
  assert.equal(address?.uri, 'sip:one@example.com');
  assert.ok(address);
  assert.equal(tagOf(address), '7');
});

test('a tag is found in any case and can be set without losing the other parameters', () => {
  const address = parseAddress('<sip:one@example.com>;x=1;TAG=old');
  assert.ok(address);
  assert.equal(tagOf(address), 'old');
  assert.equal(formatAddress(withTag(address, 'new')), '<sip:one@example.com>;x=1;TAG=new');
  assert.equal(formatAddress(withTag({ ...address, parameters: [] }, 'new')), '<sip:one@example.com>;tag=new');
});

test('an address may have any absolute URI', () => {
  assert.equal(parseAddress('isbn:2983792873')?.uri, 'isbn:2983792873');
});

for (const [what, text] of [
  ['an open quote', '"Mr User <sip:one@example.com>'],
  ['an open bracket', '<sip:one@example.com'],
  ['nothing in its brackets', '<>'],
  ['spaces inside its brackets', '< sip:one@example.com >'],
  ['a comma in an unquoted name', 'Bell, Alexander <sip:one@example.com>'],
  ['headers but no brackets', 'sip:one@example.com?Subject=x'],
  ['an empty parameter', '<sip:one@example.com>;;tag=1'],
  ['text behind its parameters', '<sip:one@example.com>;tag=1 and more'],
  ['a malformed SIP URI', '<sip:@example.com>'],
  ['nothing at all', ''],
] as const) {
  test(`an address with ${what} is refused`, () => {
    assert.equal(parseAddress(text), undefined);
  });
}

test('parameters at the limit are taken, and one more is refused', () => {
  assert.equal(parseParameters(';p=1'.repeat(sipLimits.parametersMax))?.length, sipLimits.parametersMax);
  assert.equal(parseParameters(';p=1'.repeat(sipLimits.parametersMax + 1)), undefined);
});

test('setting a parameter replaces it in its place, or adds it at the end', () => {
  const parameters = parseParameters(';a=1;B;c=3') ?? [];
  assert.deepEqual(withParameter(parameters, 'b', '2'), [
    { name: 'a', value: '1' },
    { name: 'B', value: '2' },
    { name: 'c', value: '3' },
  ]);
  assert.deepEqual(withParameter([], 'rport', undefined), [{ name: 'rport', value: undefined }]);
});

test('any display name that is written reads back as the same, line breaks becoming spaces', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (displayName) => {
      const written = formatAddress({ displayName, uri: 'sip:one@example.com', parameters: [] });
      assert.equal(parseAddress(written)?.displayName, displayName.replace(/[\r\n]+/g, ' '));
    }),
  );
});

test('a list is split at commas that stand neither in quotes nor in brackets', () => {
  assert.deepEqual(splitAtCommas('"a, \\"b" <sip:x,y@z>;p="1,2" , <sip:c@d>'), [
    '"a, \\"b" <sip:x,y@z>;p="1,2"',
    '<sip:c@d>',
  ]);
  assert.deepEqual(splitAtCommas(''), []);
});

test('a list with an empty value, an open quote or an open bracket cannot be split', () => {
  for (const text of ['a,,b', ',a', 'a,', 'a , "b', 'a, "b\\', 'a, <b'])
    assert.equal(splitAtCommas(text), undefined, text);
});
