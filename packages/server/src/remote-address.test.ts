/** Which addresses count as one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { throttleKey } from './remote-address.ts';

test('IPv4 addresses count each for itself, also when they come in the form of IPv6', () => {
  assert.equal(throttleKey('192.0.2.1'), '192.0.2.1');
  assert.equal(throttleKey('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(throttleKey('::FFFF:192.0.2.1'), '192.0.2.1');
  assert.equal(throttleKey(''), '');
});

test('IPv6 addresses count by their first 64 bits, however they are written', () => {
  assert.equal(throttleKey('2001:db8:0:1:2:3:4:5'), '2001:db8:0:1::/64');
  assert.equal(throttleKey('2001:0DB8::1:2:3:4:5'), throttleKey('2001:db8:0:1:2:3:4:5'));
  assert.equal(throttleKey('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(throttleKey('fe80::1%eth0'), throttleKey('fe80::2'));
  assert.equal(throttleKey('::1'), '0:0:0:0::/64');
  assert.equal(throttleKey('64:ff9b::192.0.2.1'), '64:ff9b:0:0::/64');
});

test('two IPv6 addresses count as one exactly when their first 64 bits agree', () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  const groups = fc.array(group, { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, groups, (one, other) => {
      const write = (all: readonly number[]): string => all.map((each) => each.toString(16)).join(':');
      const sameNetwork = [...one.slice(0, 4), ...other.slice(4)];
      assert.equal(throttleKey(write(one)), throttleKey(write(sameNetwork)));
      const isSame = one.slice(0, 4).every((each, index) => each === other[index]);
      assert.equal(throttleKey(write(one)) === throttleKey(write(other)), isSame);
    }),
  );
});
