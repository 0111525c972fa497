import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressBytes } from './address-bytes.ts';
import { answerStun, isStun } from './stun.ts';

/** The transaction of the sample responses of RFC 5769 §2.2 and §2.3. */
const transaction = 'b7e7a701bc34d686fa87dfae';

function request(attributes = '', length = attributes.length / 2): Uint8Array {
  return Buffer.from(`0001${length.toString(16).padStart(4, '0')}2112a442${transaction}${attributes}`, 'hex');
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

test('a Binding request is answered with the address that it came from, as the samples of RFC 5769 have it', () => {
  const four = answerStun(request(), { host: '192.0.2.1', port: 32_853 });
  assert.equal(hex(four), `0101000c2112a442${transaction}002000080001a147e112a643`);
  const six = answerStun(request(), { host: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 });
  assert.equal(hex(six), `010100182112a442${transaction}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`);
});

test('attributes that need not be understood are passed over, and one that must be is named in a 420', () => {
  const optional = answerStun(request('80220004746f6f6c'), { host: '192.0.2.1', port: 1 });
  assert.equal(hex(optional).slice(0, 4), '0101');
  const required = answerStun(request('7fff00010a000000'), { host: '192.0.2.1', port: 1 });
  assert.equal(hex(required), `011100102112a442${transaction}0009000400000414000a00027fff0000`);
});

test('what is no whole Binding request is not answered', () => {
  const source = { host: '192.0.2.1', port: 1 };
  const response = Buffer.concat([Buffer.from([1, 1]), request().subarray(2)]);
  const notStun = Buffer.concat([request().subarray(0, 4), Buffer.alloc(16)]);
  for (const bytes of [
    response,
    notStun,
    request('', 4),
    request('80220009746f6f6c'),
    request('8022'),
    request().subarray(1),
  ]) {
    assert.equal(answerStun(bytes, source), undefined, hex(bytes));
  }
  assert.equal(isStun(Buffer.from('OPTIONS sip:a SIP/2.0')), false);
  assert.equal(isStun(Buffer.from('\r\n\r\n')), false);
});

test('addresses are read as their bytes, and what is no address is none', () => {
  assert.equal(hex(addressBytes('::1')), `${'0'.repeat(31)}1`);
  assert.equal(hex(addressBytes('::ffff:192.0.2.1')), '00000000000000000000ffffc0000201');
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.256',
    '1:2',
    '::1::',
    'g::',
    '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8',
    'host',
  ]) {
    assert.equal(addressBytes(text), undefined, text);
  }
});
