/** The trunk file → checked trunks; a wrong one stops the start with a sentence that names the place in the file. */
import { readFileSync } from 'node:fs';
import { type DigestHashes, defaultTrunk, type Trunk, type TrunkDigest } from '@tacet/domain';
import { digestAlgorithms, digestHash, isPlainUsername } from '@tacet/wire/sip';
import { SettingError } from './config.ts';
import { parseYaml } from './parse-yaml.ts';
import { isNetwork } from './remote-address.ts';
import { digestRealm } from './sip/index.ts';

/** More than any carrier has, and little enough to be gone through for each request. */
const trunksMax = 256;

/** Four times what that many trunks take, each with all it can have; a file is read while calls go on. */
const fileCharactersMax = 1_048_576;

type Fields = { readonly [name: string]: unknown };

/** Where in the file something is, and what is wrong there. */
type Complain = (what: string) => never;

function complaintsOf(path: string): (place: string) => Complain {
  return (place) => (what) => {
    throw new SettingError(`The trunk file ${path} cannot be used: ${place} ${what}.`);
  };
}

function fieldsOf(value: unknown, names: readonly string[], complain: Complain): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return complain('must list fields as name: value');
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  return unknown === undefined ? (value as Fields) : complain(`has the unknown field "${unknown}"`);
}

function textOf(value: unknown, complain: Complain): string {
  return typeof value === 'string' && value !== '' ? value : complain('must be a text');
}

function choiceOf<T extends string>(value: unknown, choices: readonly T[], complain: Complain): T {
  return choices.find((choice) => choice === value) ?? complain(`must be ${choices.join(' or ')}`);
}

function networksOf(value: unknown, complain: Complain): readonly string[] {
  if (!Array.isArray(value)) return complain('must be a list of addresses and networks');
  const wrong = value.find((entry) => typeof entry !== 'string' || !isNetwork(entry));
  return wrong === undefined
    ? (value as readonly string[])
    : complain(`has "${String(wrong)}", which is no address or network`);
}

const hashLengths: { readonly [name: string]: number } = { 'SHA-256': 64, MD5: 32 };

function hashesOf(value: unknown, at: (place: string) => Complain, place: string): DigestHashes {
  const fields = fieldsOf(value, digestAlgorithms, at(place));
  const hashes = Object.entries(fields).map(([name, text]): [string, string] => {
    const isHash = typeof text === 'string' && /^[0-9a-f]+$/i.test(text) && text.length === hashLengths[name];
    return isHash
      ? [name, text.toLowerCase()]
      : at(`${place}.${name}`)(`must be ${hashLengths[name]} hexadecimal digits`);
  });
  return hashes.length === 0 ? at(place)('must have SHA-256 or MD5 or both') : Object.fromEntries(hashes);
}

function digestOf(value: unknown, at: (place: string) => Complain, place: string): TrunkDigest {
  const fields = fieldsOf(value, ['username', 'secret', 'hashes'], at(place));
  const username = textOf(fields['username'], at(`${place}.username`));
  if (!isPlainUsername(username)) at(`${place}.username`)('must be without colons, quotes and control characters');
  if ((fields['secret'] === undefined) === (fields['hashes'] === undefined)) at(place)('needs either secret or hashes');
  if (fields['hashes'] !== undefined) return { username, hashes: hashesOf(fields['hashes'], at, `${place}.hashes`) };
  // What is wrong with a secret is told without it.
  const secret = textOf(fields['secret'], at(`${place}.secret`));
  return { username, hashes: trunkHashes(username, secret) };
}

/** What is kept of a secret: enough to check a digest, and nothing that signs in anywhere else. */
export function trunkHashes(username: string, secret: string): DigestHashes {
  const hashes = digestAlgorithms.map((algorithm) => [algorithm, digestHash(algorithm, username, digestRealm, secret)]);
  return Object.fromEntries(hashes);
}

const fieldNames = ['name', 'allow', 'digest', 'clientName', 'srtp', 'keysInClear', 'dtmf', 'pausesAtSource'] as const;

function trunkOf(value: unknown, at: (place: string) => Complain, place: string): Trunk {
  const fields = fieldsOf(value, fieldNames, at(place));
  const given = (name: (typeof fieldNames)[number]): unknown => fields[name];
  const name = textOf(given('name'), at(`${place}.name`));
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name))
    at(`${place}.name`)('must be 1 to 64 letters, digits, dots, dashes and underscores');
  const { allow, srtp, keysInClear, dtmf, pausesAtSource } = defaultTrunk;
  const [digest, clientName] = [given('digest'), given('clientName')];
  return {
    name,
    allow: given('allow') === undefined ? allow : networksOf(given('allow'), at(`${place}.allow`)),
    ...(digest === undefined ? {} : { digest: digestOf(digest, at, `${place}.digest`) }),
    ...(clientName === undefined ? {} : { clientName: textOf(clientName, at(`${place}.clientName`)) }),
    srtp: choiceOf(given('srtp') ?? srtp, ['off', 'optional', 'required'], at(`${place}.srtp`)),
    keysInClear: choiceOf(given('keysInClear') ?? keysInClear, ['warn', 'refuse'], at(`${place}.keysInClear`)),
    dtmf: choiceOf(given('dtmf') ?? dtmf, ['keep', 'mask'], at(`${place}.dtmf`)),
    pausesAtSource:
      choiceOf(String(given('pausesAtSource') ?? pausesAtSource), ['true', 'false'], at(`${place}.pausesAtSource`)) ===
      'true',
  };
}

/** @throws SettingError unless the text is a list of trunks; the path is only for what it says. */
export function parseTrunks(text: string, path: string): readonly Trunk[] {
  const at = complaintsOf(path);
  if (text.length > fileCharactersMax) return at('the file')(`must have ${fileCharactersMax} characters at most`);
  let document: unknown;
  try {
    // Warnings would quote the file, and with it a secret. Every value is read as it is written: a secret of digits must not become a number and lose its zeros.
    document = parseYaml(text, { schema: 'failsafe', maxAliasCount: 0, logLevel: 'error' });
  } catch (cause) {
    // The parser's own words may quote the file, and with it a secret; its place is enough.
    const { linePos } = cause as { readonly linePos?: readonly { readonly line: number }[] };
    return at(`line ${linePos?.[0]?.line ?? 1}`)('is not YAML');
  }
  if (!Array.isArray(document) || document.length === 0) return at('the file')('must be a list of trunks');
  if (document.length > trunksMax) return at('the file')(`must have ${trunksMax} trunks at most`);
  const trunks = document.map((value: unknown, place) => trunkOf(value, at, `trunk ${place + 1}`));
  for (const [place, { name }] of trunks.entries()) {
    if (trunks.findIndex((other) => other.name === name) !== place)
      at(`trunk ${place + 1}.name`)(`is "${name}" a second time`);
  }
  return trunks;
}

/** @throws SettingError when the file cannot be read or used. */
export function readTrunks(path: string): readonly Trunk[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SettingError(
      `The trunk file ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`,
    );
  }
  return parseTrunks(text, path);
}
