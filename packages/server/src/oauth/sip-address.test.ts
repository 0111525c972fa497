/** The one spelling of an address of record. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sipAddressKey } from './sip-address.ts';

const user = fc.stringMatching(/^[A-Za-z0-9_.!~*'()&=+$,/-]{1,20}$/);
const host = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}(\.[a-z0-9]{1,5}){0,2}$/);
const tail = fc.constantFrom('', ':5060', ';transport=tcp', ':5061;lr;ob', '?subject=x', '.', '.:5060');
const scheme = fc.constantFrom('', 'sip:', 'sips:', 'SIP:', 'SiPs:');

describe('the key of a SIP address', () => {
  it('is the same for every spelling of one address', () => {
    fc.assert(
      fc.property(user, host, tail, scheme, (name, domain, rest, start) => {
        const key = sipAddressKey(`${name}@${domain}`);
        assert.equal(key, `${name}@${domain}`);
        assert.equal(sipAddressKey(`${start}${name}@${domain.toUpperCase()}${rest}`), key);
        assert.equal(sipAddressKey(`"${name}" <${start}${name}@${domain}${rest}>;tag=1`), key);
        assert.equal(sipAddressKey(key ?? ''), key);
      }),
    );
  });

  it('differs when the user differs, in case too', () => {
    assert.notEqual(sipAddressKey('Ann@a.test'), sipAddressKey('ann@a.test'));
  });

  it('leaves out passwords and parameters of the user, and undoes escapes', () => {
    assert.equal(sipAddressKey('sip:ann:secret@a.test'), 'ann@a.test');
    assert.equal(sipAddressKey('sip:+15550100;ext=7@a.test;user=phone'), '+15550100@a.test');
    assert.equal(sipAddressKey('sip:%61nn@a.test'), 'ann@a.test');
    assert.equal(sipAddressKey('sip:a%zz@a.test'), 'a%zz@a.test');
  });

  it('knows addresses by number', () => {
    assert.equal(sipAddressKey('ann@192.0.2.1:5060'), 'ann@192.0.2.1');
    assert.equal(sipAddressKey('sips:ann@[2001:DB8::1]:5061;lr'), 'ann@[2001:db8::1]');
  });

  it('does not exist for what is no address of a person', () => {
    const none = [
      '',
      'sip:',
      'a.test',
      'sip:a.test',
      '@a.test',
      'ann@',
      'ann@:5060',
      'a nn@a.test',
      'ann@a b',
      'tel:+1555',
    ];
    for (const text of [...none, ';x@a.test', 'a@b@c', 'a%20b@c', `${'x'.repeat(512)}@a`]) {
      assert.equal(sipAddressKey(text), undefined, text);
    }
    assert.equal(sipAddressKey(`${'x'.repeat(510)}@a`)?.length, 512);
  });

  it('is found or not found for any text, without failing', () => {
    fc.assert(fc.property(fc.string(), (text) => ['string', 'undefined'].includes(typeof sipAddressKey(text))));
  });
});
