/** Whatever a body holds, it is taken as it is meant or refused with a fault that does not tell it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import fc from 'fast-check';
import { Type } from 'typebox';
import { checkedBody } from '../../src/http/check-body.ts';
import { httpLimits } from '../../src/http/http-limits.ts';
import { isWithinShape } from '../../src/http/nesting.ts';

const states = ['ACTIVE', 'PAUSED', 'NONE'] as const;
const Body = Type.Object({
  state: Type.Optional(Type.Enum([...states])),
  count: Type.Optional(Type.Integer()),
  list: Type.Optional(Type.Array(Type.Object({ kind: Type.Enum(['a', 'b']), text: Type.Optional(Type.String()) }))),
  record: Type.Optional(Type.Record(Type.String(), Type.String())),
  inner: Type.Optional(Type.Object({ state: Type.Enum([...states]) })),
});

/** Bodies of the schema, each in the form of the schema. */
const inForm = fc.record(
  {
    state: fc.constantFrom(...states),
    count: fc.integer(),
    list: fc.array(fc.record({ kind: fc.constantFrom('a', 'b'), text: fc.string() }, { requiredKeys: ['kind'] }), {
      maxLength: 4,
    }),
    record: fc.dictionary(fc.string(), fc.string()),
    inner: fc.record({ state: fc.constantFrom(...states) }),
    extra: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

/** The same body with its enumerated members in another case, drawn by `flags`. */
function inOtherCase(body: unknown, flags: readonly boolean[]): unknown {
  let at = 0;
  const other = (text: string): string =>
    [...text]
      .map((letter) => (flags[at++ % flags.length] === true ? letter.toLowerCase() : letter.toUpperCase()))
      .join('');
  return JSON.parse(JSON.stringify(body), function (this: unknown, name, value: unknown) {
    return (name === 'state' || name === 'kind') && typeof value === 'string' ? other(value) : value;
  });
}

test('a body in form is taken as it is, and the same in another case becomes the same', () => {
  const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(inForm, flags, (body, flag) => {
      const { extra: _, ...known } = body;
      const plain = JSON.parse(JSON.stringify(known));
      assert.deepEqual(checkedBody(plain, Body), plain);
      assert.deepEqual(checkedBody(inOtherCase(plain, flag), Body), plain);
    }),
  );
});

test('what was taken once is taken again and stays the same', () => {
  fc.assert(
    fc.property(inForm, (body) => {
      const once = checkedBody(body, Body);
      assert.deepEqual(checkedBody(once, Body), once);
    }),
  );
});

test('any JSON at all is taken or refused with a fault, unchanged itself', () => {
  const members = { state: fc.jsonValue(), count: fc.jsonValue(), list: fc.jsonValue(), record: fc.jsonValue() };
  const body = fc.oneof(fc.jsonValue(), fc.record({ ...members, inner: fc.jsonValue() }, { requiredKeys: [] }));
  fc.assert(
    fc.property(body, (json) => {
      const before = JSON.stringify(json);
      try {
        checkedBody(json, Body);
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
      }
      assert.equal(JSON.stringify(json), before);
    }),
    { numRuns: 500 },
  );
});

test('a refusal tells nothing of what was in the body', () => {
  const secret = fc.stringMatching(/^5[0-9]{11}$/);
  const place = fc.constantFrom('state', 'count', 'list', 'record', 'inner');
  const wrap = fc.constantFrom<(text: string) => unknown>(
    (text) => text,
    (text) => Number(text),
    (text) => ({ [text]: 1 }),
    (text) => [{ kind: text }],
    (text) => ({ state: text }),
    (text) => ({ [text]: { [text]: text } }),
  );
  fc.assert(
    fc.property(secret, place, wrap, (text, name, make) => {
      try {
        checkedBody({ [name]: make(text) }, Body);
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
        assert.ok(!JSON.stringify(error.facts).includes(text), JSON.stringify(error.facts));
      }
    }),
    { numRuns: 500 },
  );
});

test('the shape of JSON is what its parser finds', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  const deep = fc.tuple(fc.jsonValue(), fc.nat(httpLimits.nestingMax * 2)).map(([value, depth]) => {
    let nested: unknown = value;
    for (let level = 0; level < depth; level += 1) nested = level % 2 === 0 ? [nested] : { '"[': nested };
    return nested;
  });
  fc.assert(
    fc.property(deep, fc.boolean(), (value, isSpaced) => {
      const text = JSON.stringify(value, null, isSpaced ? 1 : 0);
      assert.equal(isWithinShape(Buffer.from(text)), depthOf(value) <= httpLimits.nestingMax, text);
    }),
  );
});
