/** The official JavaScript client, and the older one that has chats, pointed at the server under test. */
import { createRequire } from 'node:module';
import type platformClient from 'purecloud-platform-client-v2';
import { isGoneFromClient, type Operation, operationNamed } from '../../../../tools/contract/operations.ts';
import { type ClientVersion, signatureOf } from './client-declarations.ts';

type Client = typeof platformClient;
type Method = (...given: readonly unknown[]) => Promise<unknown>;

const require = createRequire(import.meta.url);

function load(version: ClientVersion): Client {
  const client: Client =
    version === 'current' ? require('purecloud-platform-client-v2') : require('purecloud-platform-client-v2-252');
  const { logger } = client.ApiClient.instance.config;
  // A client that logs to files or a terminal would only disturb here.
  logger.log_level = logger.logLevelEnum.level.LNone;
  return client;
}

const loaded = new Map<ClientVersion, Client>();

/** There is one client in a process, so whoever used it last decides where it points and whose token it carries. */
function officialClient(url: string, token: string, version: ClientVersion = 'current'): Client {
  const client = loaded.get(version) ?? load(version);
  loaded.set(version, client);
  const { hostname: host, port } = new URL(url);
  const gateway = { host, protocol: 'http', port: Number(port), path_params_login: 'login', path_params_api: '' };
  const { instance } = client.ApiClient;
  instance.setGateway(gateway as Parameters<typeof instance.setGateway>[0]);
  instance.setAccessToken(token);
  return client;
}

/** What an operation is called with. */
export interface Given {
  readonly path?: { readonly [name: string]: string };
  readonly body?: unknown;
  readonly options?: { readonly [name: string]: unknown };
}

export function versionOf(operation: Operation): ClientVersion {
  return isGoneFromClient(operation) ? 'legacy' : 'current';
}

function argumentsFor(operation: Operation, { path = {}, body, options = {} }: Given): readonly unknown[] {
  const signature = signatureOf(operation.api, operation.operationId, versionOf(operation));
  if (signature === undefined) throw new Error(`the client has no ${operation.operationId}`);
  const names = signature.parameters.map(({ name }) => name);
  const isBodyApart = names.includes('body') || body === undefined;
  const inOptions = isBodyApart ? options : { ...options, body };
  return names.map((name) => (name === 'opts' ? inOptions : name === 'body' ? body : (path[name] ?? options[name])));
}

/** Calls an operation by its name, with the arguments in the places where the client wants them. */
export async function callOperation(
  at: { readonly url: string; readonly token: string },
  name: string,
  given: Given = {},
): Promise<unknown> {
  const operation = operationNamed(name);
  if (operation === undefined) throw new Error(`${name} is no operation`);
  const client = officialClient(at.url, at.token, versionOf(operation));
  const apis = client as unknown as { readonly [api: string]: new () => { readonly [method: string]: Method } };
  const Api = apis[operation.api];
  if (Api === undefined) throw new Error(`the client has no ${operation.api}`);
  const api = new Api();
  const method = api[name];
  if (method === undefined) throw new Error(`the client has no ${name}`);
  return method.apply(api, [...argumentsFor(operation, given)]);
}
