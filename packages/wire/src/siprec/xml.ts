/** A small XML tree: elements by local name, no document types, no entities of one's own, everything bounded. */

import { SaxesParser } from 'saxes';
import { found, type Result, refused } from '../result.ts';
import { siprecLimits } from './limits.ts';

/** An element. Names are local: prefixes are resolved away, since clients choose them freely. */
export interface XmlElement {
  readonly name: string;
  /** Without name space declarations; where two share a local name the one without a prefix counts. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly inside the element, all of it joined, white space kept. */
  readonly text: string;
}

export type XmlFaultCode =
  /** A bound of `siprecLimits` was passed. */
  | 'xmlTooLarge'
  /** The document declares a type, the way to entities that grow without bound. */
  | 'doctypeForbidden'
  /** Not well-formed, or an entity other than the five of XML itself. */
  | 'notWellFormed';

interface ElementDraft {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

interface TreeDraft {
  readonly open: ElementDraft[];
  root: XmlElement | undefined;
  elementCount: number;
  attributeCount: number;
  /** The first fault and where it was seen; everything after it is passed over. */
  fault: { readonly code: XmlFaultCode; readonly place: string } | undefined;
}

type Parser = SaxesParser<{ xmlns: true; resolvePrefix: () => string }>;

const utf8 = new TextDecoder();

/**
 * Reads a document of UTF-8 bytes. White space before it is passed over, and prefixes that are never declared are
 * taken as if they were. Faults name the place as line:column. Never throws.
 */
export function parseXml(bytes: Uint8Array): Result<XmlElement, XmlFaultCode> {
  if (bytes.length > siprecLimits.xmlBytesMax) return refused('xmlTooLarge', 'bytes');
  const text = utf8.decode(bytes).trim();
  const draft: TreeDraft = { open: [], root: undefined, elementCount: 0, attributeCount: 0, fault: undefined };
  const parser: Parser = new SaxesParser({ xmlns: true, resolvePrefix: () => 'urn:undeclared' });
  attach(parser, draft);
  try {
    for (let at = 0; at < text.length && draft.fault === undefined; at += siprecLimits.xmlSliceChars) {
      parser.write(text.slice(at, at + siprecLimits.xmlSliceChars));
    }
    if (draft.fault === undefined) parser.close();
  } catch {
    // The parser reports faults to its handler; should it throw all the same, the document is no better for it.
    return refused('notWellFormed', placeOf(parser));
  }
  if (draft.fault !== undefined) return refused(draft.fault.code, draft.fault.place);
  return draft.root === undefined ? refused('notWellFormed', placeOf(parser)) : found(draft.root);
}

/** The first child with a name, in lower case; element names are compared without case, as vendors vary it. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name.toLowerCase() === name);
}

/** All children with a name, in lower case. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name.toLowerCase() === name);
}

/** Writes a document: declaration, then the element. Characters that XML cannot carry are left out. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\r\n${writeElement(root)}\r\n`;
}

function placeOf(parser: Parser): string {
  return `${parser.line}:${parser.column}`;
}

function attach(parser: Parser, draft: TreeDraft): void {
  const fail = (code: XmlFaultCode): void => {
    draft.fault ??= { code, place: placeOf(parser) };
  };
  parser.on('error', () => fail('notWellFormed'));
  parser.on('doctype', () => fail('doctypeForbidden'));
  parser.on('opentagstart', () => {
    draft.attributeCount = 0;
  });
  parser.on('attribute', ({ value }) => {
    draft.attributeCount += 1;
    if (draft.attributeCount > siprecLimits.xmlAttributesMax) fail('xmlTooLarge');
    if (value.length > siprecLimits.xmlAttributeCharsMax) fail('xmlTooLarge');
  });
  parser.on('opentag', (tag) => {
    draft.elementCount += 1;
    if (draft.elementCount > siprecLimits.xmlElementsMax) fail('xmlTooLarge');
    if (draft.open.length >= siprecLimits.xmlDepthMax) fail('xmlTooLarge');
    if (!isName(tag.local)) fail('notWellFormed');
    if (draft.fault !== undefined) return;
    draft.open.push({
      name: tag.local,
      attributes: localAttributes(Object.values(tag.attributes)),
      children: [],
      text: '',
    });
  });
  const takeText = (text: string): void => {
    const element = draft.open.at(-1);
    if (element === undefined || draft.fault !== undefined) return;
    element.text += text;
    if (element.text.length > siprecLimits.xmlTextCharsMax) fail('xmlTooLarge');
  };
  parser.on('text', takeText);
  parser.on('cdata', takeText);
  parser.on('closetag', () => {
    if (draft.fault !== undefined) return;
    const element = draft.open.pop();
    const parent = draft.open.at(-1);
    if (element !== undefined && parent === undefined) draft.root = element;
    else if (element !== undefined) parent?.children.push(element);
  });
}

interface QualifiedAttribute {
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
}

function localAttributes(all: readonly QualifiedAttribute[]): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const { prefix, local, value } of all) {
    if (prefix === 'xmlns' || (prefix === '' && local === 'xmlns') || !isName(local)) continue;
    if (prefix === '' || !attributes.has(local)) attributes.set(local, value);
  }
  return attributes;
}

/** The prefix was cut off, so what is left must still be able to begin a name (Namespaces in XML §4, NCName). */
function isName(local: string): boolean {
  return /^[\p{L}_]/u.test(local);
}

function writeElement(element: XmlElement): string {
  const attributes = [...element.attributes].map(([name, value]) => ` ${name}="${escapeText(value)}"`).join('');
  const inner = escapeText(element.text) + element.children.map(writeElement).join('');
  return `<${element.name}${attributes}>${inner}</${element.name}>`;
}

/** Line breaks and tabs are written as references, because readers turn them into blanks inside attributes. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
