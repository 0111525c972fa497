/** What the official client's declaration file says: members of models, and arguments of operations. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** The current client, and an older one that still has chats. */
export type ClientVersion = 'current' | 'legacy';

const packages: { readonly [version in ClientVersion]: string } = {
  current: 'purecloud-platform-client-v2',
  legacy: 'purecloud-platform-client-v2-252',
};

export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: ts.TypeNode;
}

/** An operation's arguments as the client takes them. */
export interface Signature {
  readonly parameters: readonly { readonly name: string; readonly isOptional: boolean }[];
  /** The type of the body of a success, such as `Array<Recording>` or `void`. */
  readonly returns: string;
  /** The type of the body that it takes, wherever it is handed over. */
  readonly body: string | undefined;
}

const require = createRequire(import.meta.url);

function rootOf(version: ClientVersion): string {
  // The main file of the package stands two folders below its root.
  return join(dirname(require.resolve(packages[version])), '../..');
}

const texts = new Map<ClientVersion, string>();

function textOf(version: ClientVersion): string {
  const known = texts.get(version);
  if (known !== undefined) return known;
  const text = readFileSync(join(rootOf(version), 'index.d.ts'), 'utf8');
  texts.set(version, text);
  return text;
}

function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile('part.d.ts', text, ts.ScriptTarget.Latest, true);
}

/** The file is large and regular, so only the part that is asked for is parsed. */
function partOf(text: string, from: string, to: string): string | undefined {
  const start = text.indexOf(from);
  return start < 0 ? undefined : text.slice(start, text.indexOf(to, start) + to.length);
}

/** The members of a model or of an operation's options; `undefined` when there is no such interface. */
export function membersOf(name: string, version: ClientVersion = 'current'): readonly Member[] | undefined {
  const part = partOf(textOf(version), `export interface ${name} {`, '\n\t}');
  const [declared] = part === undefined ? [] : parsed(part).statements;
  if (declared === undefined || !ts.isInterfaceDeclaration(declared)) return undefined;
  return declared.members.filter(ts.isPropertySignature).flatMap(({ name: label, questionToken, type }) => {
    if (type === undefined || !(ts.isStringLiteral(label) || ts.isIdentifier(label))) return [];
    return [{ name: label.text, isOptional: questionToken !== undefined, type }];
  });
}

function typeText(type: ts.TypeNode | undefined): string {
  return type === undefined ? 'void' : type.getText().replaceAll('Models.', '');
}

const signatures = new Map<string, Signature | undefined>();

/** `undefined` when the client has no such operation. */
export function signatureOf(api: string, operation: string, version: ClientVersion = 'current'): Signature | undefined {
  const key = `${version} ${api} ${operation}`;
  if (!signatures.has(key)) signatures.set(key, readSignature(api, operation, version));
  return signatures.get(key);
}

function readSignature(api: string, operation: string, version: ClientVersion): Signature | undefined {
  const ofApi = partOf(textOf(version), `declare class ${api} {`, '\n}');
  const line = ofApi?.split('\n').find((one) => one.trimStart().startsWith(`${operation}(`));
  const [declared] = line === undefined ? [] : parsed(`declare class C {${line}}`).statements;
  if (declared === undefined || !ts.isClassDeclaration(declared)) return undefined;
  const [method] = declared.members;
  if (method === undefined || !ts.isMethodDeclaration(method)) return undefined;
  const promise = method.type !== undefined && ts.isTypeReferenceNode(method.type) ? method.type : undefined;
  const body = method.parameters.find((parameter) => parameter.name.getText() === 'body')?.type;
  const inOptions = membersOf(`${operation}Options`, version)?.find(({ name }) => name === 'body')?.type;
  return {
    parameters: method.parameters.map((parameter) => ({
      name: parameter.name.getText(),
      isOptional: parameter.questionToken !== undefined,
    })),
    returns: typeText(promise?.typeArguments?.[0]),
    body: body === undefined && inOptions === undefined ? undefined : typeText(body ?? inOptions),
  };
}

/** The source of one of the client's classes, where paths and verbs stand. */
export function sourceOf(api: string, version: ClientVersion): string {
  return readFileSync(join(rootOf(version), 'src/purecloud-platform-client-v2/api', `${api}.js`), 'utf8');
}
