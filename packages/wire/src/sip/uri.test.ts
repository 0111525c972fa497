import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sipLimits } from './limits.ts';
import type { SipUri } from './uri.ts';
import { formatUri, isUri, parseUri } from './uri.ts';

test('a SIP URI is read into its parts', () => {
  assert.deepEqual(parseUri('sips:alice:pw@[2001:db8::1]:5061;transport=tcp;lr?Subject=hi&Priority='), {
    scheme: 'sips',
    user: 'alice',
    password: 'pw',
    host: '[2001:db8::1]',
    port: 5061,
    parameters: [
      { name: 'transport', value: 'tcp' },
      { name: 'lr', value: undefined },
    ],
    headers: 'Subject=hi&Priority=',
  });
});

test('a user part may hold semicolons, question marks and escapes, which do not end it', () => {
  const uri = parseUri('SIP:user;par=u%40example.net?x/y@example.com;real=1');
  assert.equal(uri?.user, 'user;par=u%40example.net?x/y');
  assert.equal(uri?.host, 'example.com');
  assert.deepEqual(uri?.parameters, [{ name: 'real', value: '1' }]);
});

test('a host name with an underscore is taken, since container platforms give such names', () => {
  assert.equal(parseUri('sip:srs@sip_proxy:5060')?.host, 'sip_proxy');
});

for (const [what, text] of [
  ['no host', 'sip:'],
  ['an empty user part', 'sip:@example.com'],
  ['two at signs', 'sip:a@b@example.com'],
  ['a space in the user', 'sip:a b@example.com'],
  ['an escape that is not hexadecimal', 'sip:a%zz@example.com'],
  ['an unfinished escape', 'sip:a%2@example.com'],
  ['port zero', 'sip:example.com:0'],
  ['a port above 65535', 'sip:example.com:65536'],
  ['an empty port', 'sip:example.com:'],
  ['an empty parameter', 'sip:example.com;;lr'],
  ['an open IPv6 bracket', 'sip:[2001:db8::1'],
  ['headers without a name', 'sip:example.com?=x'],
  ['another scheme', 'tel:+15550100'],
] as const) {
  test(`a SIP URI with ${what} is refused`, () => {
    assert.equal(parseUri(text), undefined);
  });
}

test('a URI at the length limit is taken, and one character more is refused', () => {
  const longest = `sip:${'a'.repeat(sipLimits.uriCharsMax - 'sip:@x.org'.length)}@x.org`;
  assert.equal(longest.length, sipLimits.uriCharsMax);
  assert.ok(parseUri(longest));
  assert.equal(parseUri(`${longest}x`), undefined);
  assert.equal(isUri(`${longest}x`), false);
});

test('parameters at the limit are taken, and one more is refused', () => {
  const most = `sip:x.org${';p'.repeat(sipLimits.parametersMax)}`;
  assert.equal(parseUri(most)?.parameters.length, sipLimits.parametersMax);
  assert.equal(parseUri(`${most};p`), undefined);
});

test('a URI of another scheme is carried when it is absolute, and refused when it is not', () => {
  assert.ok(isUri('tel:+15550100;phone-context=x'));
  assert.ok(isUri('soap.beep://192.0.2.103:3002'));
  assert.ok(!isUri('recorder'));
  assert.ok(!isUri('tel:'));
  assert.ok(!isUri('tel:<1>'));
  assert.ok(!isUri('sip:a@@b'), 'a SIP URI does not become valid by being some absolute URI');
});

const escaped = fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
const textOf = (characters: string): fc.Arbitrary<string> =>
  fc.array(fc.oneof(fc.constantFrom(...characters), escaped), { minLength: 1, maxLength: 12 }).map((c) => c.join(''));
const parameter = fc
  .tuple(textOf("ab9-_.!~*'()[]/:&+$"), fc.option(textOf("ab9-_.!~*'()[]/:&+$"), { nil: undefined }))
  .map(([name, value]) => ({ name, value }));
const user = fc.record({
  user: textOf("ab9-_.!~*'()&=+$,;?/"),
  password: fc.option(textOf("ab9-_.!~*'()&=+$,"), { nil: undefined }),
});
const uris: fc.Arbitrary<SipUri> = fc
  .record({
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    who: fc.oneof(user, fc.constant({ user: undefined, password: undefined })),
    host: fc.constantFrom('example.com', 'a', '192.0.2.1', '[2001:db8::1]', 'x_y.z-1.org'),
    port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    parameters: fc.array(parameter, { maxLength: 4 }),
    headers: fc.option(fc.constantFrom('a=b', 'a=', 'x%41=1&y=2'), { nil: undefined }),
  })
  .map(({ who, ...rest }) => ({ ...rest, ...who }));

test('any SIP URI that is written reads back as the same', () => {
  fc.assert(fc.property(uris, (uri) => assert.deepEqual(parseUri(formatUri(uri)), uri)));
});
