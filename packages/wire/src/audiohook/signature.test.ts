import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { audioHookLimits, NonceMemory, type SignedRequest, verifySignature } from './index.ts';

const secret = Buffer.from('TheSecretOfTheClientInTests');
const nowSeconds = 1_780_000_000;
const headers = {
  'audiohook-organization-id': 'd7934305-0972-4844-938e-9060eef73d05',
  'audiohook-session-id': 'e160e428-53e2-487c-977d-96989bf5c99d',
  'audiohook-correlation-id': '30b0e395-84d3-4570-ac13-9a62d8f514c0',
  'x-api-key': 'the-key-of-the-client',
};
const components = ['@request-target', '@authority', ...Object.keys(headers)];
const nonce = 'VGhpc0lzQVVuaXF1ZU5vbmNl';

interface Odd {
  readonly components?: readonly string[];
  readonly parameters?: string;
  readonly label?: string;
  readonly headers?: SignedRequest['headers'];
  readonly host?: string;
}

/** A request as a client signs it, with what is odd about it. */
function signed(odd: Odd = {}): SignedRequest {
  const list = `(${(odd.components ?? components).map((name) => `"${name}"`).join(' ')})`;
  const usual = `;keyid="the-key-of-the-client";nonce="${nonce}";alg="hmac-sha256"`;
  const params = `${list}${odd.parameters ?? `${usual};created=${nowSeconds};expires=${nowSeconds + 30}`}`;
  const values: { readonly [name: string]: string } = {
    '@request-target': '/audiohook?v=1',
    '@authority': 'hooks.example.com',
    ...headers,
  };
  const lines = (odd.components ?? components).map((name) => `"${name}": ${values[name]}`);
  const base = [...lines, `"@signature-params": ${params}`].join('\n');
  const label = odd.label ?? 'sig1';
  const signature = `${label}=:${createHmac('sha256', secret).update(base).digest('base64')}:`;
  const all = { ...headers, 'signature-input': `${label}=${params}`, signature, ...odd.headers };
  return { target: '/audiohook?v=1', host: odd.host ?? 'hooks.example.com', headers: all };
}

function why(request: SignedRequest, at = nowSeconds): string {
  const verdict = verifySignature(request, secret, at);
  return verdict.kind === 'bad' ? verdict.why : verdict.kind;
}

test('a request signed as agreed is good, whatever the case of its host and behind its default port', () => {
  assert.equal(why(signed()), 'good');
  assert.equal(why(signed({ host: 'Hooks.Example.com:443' })), 'good');
});

test('a change of anything that was signed is a mismatch', () => {
  assert.equal(why({ ...signed(), target: '/audiohook?v=2' }), 'mismatch');
  assert.equal(why({ ...signed(), host: 'other.example.com' }), 'mismatch');
  for (const name of Object.keys(headers)) {
    if (name === 'x-api-key') continue;
    assert.equal(why(signed({ headers: { [name]: 'another' } })), 'mismatch', name);
    assert.equal(why(signed({ headers: { [name]: undefined } })), 'mismatch', name);
  }
  assert.equal(verifySignature(signed(), Buffer.from('another secret'), nowSeconds).kind, 'bad');
});

test('a key in the signature that is not the one shown is refused', () => {
  assert.equal(why(signed({ headers: { 'x-api-key': 'another-key' } })), 'foreignKey');
});

test('a signature that leaves out one of the agreed components, or has them in another order, is refused', () => {
  for (const name of components) {
    assert.equal(why(signed({ components: components.filter((other) => other !== name) })), 'incomplete', name);
  }
  assert.equal(why(signed({ components: components.toReversed() })), 'incomplete');
});

test('a signature that is too old, or from the future, is refused', () => {
  const { signatureAgeSeconds: age, clockSkewSeconds: skew } = audioHookLimits;
  assert.equal(why(signed(), nowSeconds + age + skew - 1), 'good');
  assert.equal(why(signed(), nowSeconds + age + skew), 'stale');
  assert.equal(why(signed(), nowSeconds - skew), 'good');
  assert.equal(why(signed(), nowSeconds - skew - 1), 'stale');
  const expired = `;keyid="the-key-of-the-client";nonce="${nonce}";created=${nowSeconds};expires=${nowSeconds - 4}`;
  assert.equal(why(signed({ parameters: expired })), 'stale');
});

test('a signature without a fit nonce, with another algorithm or with parameters that nobody knows is refused', () => {
  const start = ';keyid="the-key-of-the-client"';
  const cases: readonly string[] = [
    `${start};nonce="short";created=${nowSeconds}`,
    `${start};created=${nowSeconds}`,
    `${start};nonce="${nonce}"`,
    `;nonce="${nonce}";created=${nowSeconds}`,
    `${start};nonce="${nonce}";created=${nowSeconds};alg="rsa-v1_5-sha256"`,
  ];
  for (const parameters of cases) assert.equal(why(signed({ parameters })), 'incomplete', parameters);
  const unknown = `${start};nonce="${nonce}";created=${nowSeconds};tag="x"`;
  assert.equal(why(signed({ parameters: unknown })), 'malformed');
  assert.equal(why(signed({ parameters: `${start}${start};nonce="${nonce}";created=${nowSeconds}` })), 'malformed');
  assert.equal(why(signed({ label: 'sig2' })), 'malformed');
});

test('without a signature a request is unsigned, and with half of one it is malformed', () => {
  assert.equal(why({ ...signed(), headers }), 'unsigned');
  assert.equal(why(signed({ headers: { signature: undefined } })), 'malformed');
  assert.equal(why(signed({ headers: { 'signature-input': undefined } })), 'malformed');
});

test('a signature that was used before is refused', () => {
  const memory = new NonceMemory();
  assert.equal(memory.take('key', nonce, nowSeconds + 13, nowSeconds), true);
  assert.equal(memory.take('key', nonce, nowSeconds + 13, nowSeconds + 12), false);
  assert.equal(memory.take('other', nonce, nowSeconds + 13, nowSeconds + 12), true);
});

test('nonces are remembered within a bound, and nobody is let in beyond it', () => {
  const memory = new NonceMemory();
  for (let count = 0; count < audioHookLimits.noncesMax; count += 1) {
    if (!memory.take('key', `nonce ${count}`, nowSeconds + 13, nowSeconds)) assert.fail('there was room');
  }
  assert.equal(memory.take('key', 'one more', nowSeconds + 13, nowSeconds), false);
  assert.equal(memory.take('key', 'one more', nowSeconds + 30, nowSeconds + 14), true);
});
