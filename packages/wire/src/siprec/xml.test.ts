import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseXml, siprecLimits, writeXml, type XmlElement } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function rootOf(text: string): XmlElement {
  const result = parseXml(bytes(text));
  assert.ok(result.ok, result.ok ? '' : `${result.fault.code} ${result.fault.detail}`);
  return result.value;
}

function codeOf(text: string): string {
  const result = parseXml(bytes(text));
  assert.equal(result.ok, false);
  if (result.ok) return '';
  assert.match(result.fault.detail, /^(\d+:\d+|bytes)$/);
  return result.fault.code;
}

test('a document is read as a tree of local names, attributes and text', () => {
  const root = rootOf(
    ' \n<?xml version="1.0"?>\n<!-- c --><p:a xmlns:p="urn:x" xmlns="urn:y" id="1" p:id="2" xml:lang="en">' +
      'x&amp;&#65;<![CDATA[<y>]]><b/>z</p:a>\n',
  );
  assert.deepEqual(root, {
    name: 'a',
    attributes: new Map([
      ['id', '1'],
      ['lang', 'en'],
    ]),
    children: [{ name: 'b', attributes: new Map(), children: [], text: '' }],
    text: 'x&A<y>z',
  });
});

test('a prefix that was never declared is taken as if it were', () => {
  assert.equal(rootOf('<tns:a><tns:b/></tns:a>').children[0]?.name, 'b');
});

test('a document type is refused before any entity could be used', () => {
  assert.equal(codeOf('<!DOCTYPE a><a/>'), 'doctypeForbidden');
  assert.equal(codeOf('<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>'), 'doctypeForbidden');
});

test('a billion laughs are refused without one of them being told', () => {
  const levels = 'abcdefghij';
  const entities = [...levels].map((name, at) => {
    const value = at === 0 ? 'ha' : `&${levels[at - 1]};`.repeat(10);
    return `<!ENTITY ${name} "${value}">`;
  });
  assert.equal(codeOf(`<!DOCTYPE a [${entities.join('')}]><a>&j;</a>`), 'doctypeForbidden');
});

test('an entity other than the five of XML is refused, names of built-in objects among them', () => {
  for (const name of ['nbsp', 'constructor', '__proto__', 'toString', 'xxe']) {
    assert.equal(codeOf(`<a>&${name};</a>`), 'notWellFormed', name);
  }
  assert.equal(rootOf('<a>&lt;&gt;&amp;&quot;&apos;</a>').text, '<>&"\'');
});

test('attributes named like built-in properties are plain attributes', () => {
  const { attributes } = rootOf('<a __proto__="x" constructor="y"/>');
  assert.deepEqual(
    [...attributes],
    [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ],
  );
});

test('documents that are not well-formed are refused with a place and nothing else', () => {
  for (const text of [
    '',
    'x',
    '<a>',
    '<a></b>',
    '<a',
    '<a b=c/>',
    '<a b="1" b="2"/>',
    '<a/><b/>',
    '<a>&#0;</a>',
    '<p:1/>',
  ]) {
    assert.equal(codeOf(text), 'notWellFormed', text);
  }
  assert.equal(codeOf('<!DOCTYPE a [<!ENTITY b "c">'), 'notWellFormed');
});

test('each bound accepts its limit and refuses one beyond', () => {
  const deep = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  assert.ok(rootOf(deep(siprecLimits.xmlDepthMax)));
  assert.equal(codeOf(deep(siprecLimits.xmlDepthMax + 1)), 'xmlTooLarge');

  const wide = (count: number): string => `<a>${'<b/>'.repeat(count - 1)}</a>`;
  assert.ok(rootOf(wide(siprecLimits.xmlElementsMax)));
  assert.equal(codeOf(wide(siprecLimits.xmlElementsMax + 1)), 'xmlTooLarge');

  const many = (count: number): string => `<a ${Array.from({ length: count }, (_, at) => `x${at}=""`).join(' ')}/>`;
  assert.ok(rootOf(many(siprecLimits.xmlAttributesMax)));
  assert.equal(codeOf(many(siprecLimits.xmlAttributesMax + 1)), 'xmlTooLarge');

  const long = (length: number): string => `<a b="${'x'.repeat(length)}"/>`;
  assert.ok(rootOf(long(siprecLimits.xmlAttributeCharsMax)));
  assert.equal(codeOf(long(siprecLimits.xmlAttributeCharsMax + 1)), 'xmlTooLarge');

  const text = (length: number): string => `<a>${'x'.repeat(length)}</a>`;
  assert.ok(rootOf(text(siprecLimits.xmlTextCharsMax)));
  assert.equal(codeOf(text(siprecLimits.xmlTextCharsMax + 1)), 'xmlTooLarge');

  const size = (length: number): string => `<a/>${' '.repeat(length - 4)}`;
  assert.ok(rootOf(size(siprecLimits.xmlBytesMax)));
  assert.equal(codeOf(size(siprecLimits.xmlBytesMax + 1)), 'xmlTooLarge');
});

test('nesting as deep as a body can hold is refused, and so is one attribute that fills it', () => {
  assert.equal(codeOf('<a>'.repeat(80_000)), 'xmlTooLarge');
  assert.equal(codeOf(`<a b="${'x'.repeat(260_000)}"/>`), 'xmlTooLarge');
  assert.equal(codeOf(`<a>${'x<b/>'.repeat(50_000)}</a>`), 'xmlTooLarge');
});

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/).filter((text) => !/^xml/i.test(text));
const content = fc.string({ unit: 'grapheme', maxLength: 20 });
const treeOf = (levels: number): fc.Arbitrary<XmlElement> =>
  fc.record(
    {
      name,
      attributes: fc.dictionary(name, content, { maxKeys: 3 }).map((record) => new Map(Object.entries(record))),
      children: levels === 0 ? fc.constant([]) : fc.array(treeOf(levels - 1), { maxLength: 2 }),
      text: content,
    },
    { noNullPrototype: true },
  );

test('whatever tree is written is read back as the same tree', () => {
  fc.assert(
    fc.property(treeOf(3), (element) => {
      assert.deepEqual(parseXml(bytes(writeXml(element))), { ok: true, value: element });
    }),
    { numRuns: 200 },
  );
});

test('characters that XML cannot carry are left out of what is written', () => {
  const written = writeXml({
    name: 'a',
    attributes: new Map([['b', '\0x\ud800']]),
    children: [],
    text: '\u0001y\uffff',
  });
  const root = rootOf(written);
  assert.equal(root.attributes.get('b'), 'x\ufffd');
  assert.equal(root.text, 'y');
});
