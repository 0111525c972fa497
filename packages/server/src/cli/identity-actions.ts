/** What each command of identity does, from its words to the lines it prints. */
import { type ClientId, Fault, type UserId } from '@tacet/domain';
import type { ClientSummary, SubjectId, User } from '../control/identity.ts';
import type { IdentityCommands, NamedGrant, WantedClient } from '../oauth/identity-commands.ts';
import type { Action, Asking } from './identity-options.ts';

const kinds = ['CLIENT-CREDENTIALS', 'CODE'] as const;

/** The first word after the command: whom it is about. */
function clientOf({ words }: Asking): ClientId {
  return (words[0] ?? '') as ClientId;
}

function userOf({ words }: Asking): UserId {
  return (words[0] ?? '') as UserId;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function kindOf(text: string | undefined): WantedClient['kind'] & string {
  if (text === undefined) return 'CLIENT-CREDENTIALS';
  const kind = kinds.find((one) => one === text.toUpperCase());
  if (kind === undefined) throw new Fault('valueInvalid', { field: 'kind', allowed: kinds });
  return kind;
}

function grantOf({ values: { role = '', division } }: Asking): NamedGrant {
  return { role, ...(division !== undefined && { division }) };
}

/** A password is read from a pipe: among the words of a command everybody on the machine would see it. */
async function passwordFrom({ terminal }: Asking): Promise<string> {
  const [line = ''] = (await terminal.input()).split(/\r?\n/);
  return line;
}

function rolesOf(commands: IdentityCommands, subject: SubjectId): string {
  const grants = commands.listGrants(subject);
  return grants.map(({ role }) => role).join(',') || '–';
}

function clientLine({ id, state, name }: ClientSummary): string {
  return `${id}  ${state}  ${name}`;
}

function userLine({ id, state, name }: User): string {
  return `${id}  ${state}  ${name}`;
}

const clientActions: { readonly [name: string]: Action } = {
  'client add': async (commands, asking) => {
    const { name = '', description, role, division, redirect, scope } = asking.values;
    const { client, secret } = await commands.addClient({
      name,
      kind: kindOf(asking.values.kind),
      ...(description !== undefined && { description }),
      ...(role !== undefined && { role }),
      ...(division !== undefined && { division }),
      ...(redirect !== undefined && { redirectUris: redirect }),
      ...(scope !== undefined && { scopes: scope }),
    });
    return [`client id      ${client.id}`, `client secret  ${secret}`];
  },
  'client list': (commands) =>
    commands.listClients().map((one) => `${one.id}  ${one.state}  ${rolesOf(commands, one.id)}  ${one.name}`),
  'client disable': (commands, asking) => [clientLine(commands.disableClient(clientOf(asking)))],
  'client enable': (commands, asking) => [clientLine(commands.enableClient(clientOf(asking)))],
  'client rotate': async (commands, asking) => {
    const { secret = '' } = await commands.rotateSecret(clientOf(asking), wholeNumber(asking.values.overlap));
    return [`client secret  ${secret}`];
  },
  'client delete': (commands, asking) => {
    commands.deleteClient(clientOf(asking));
    return [`${clientOf(asking)}  deleted`];
  },
};

const userActions: { readonly [name: string]: Action } = {
  'user add': async (commands, asking) => {
    const { name = '', email = '', sip = [], role, division, 'password-stdin': hasPassword } = asking.values;
    const user = await commands.addUser({
      name,
      email,
      sipAddresses: sip,
      ...(role !== undefined && { role }),
      ...(division !== undefined && { division }),
      ...(hasPassword && { password: await passwordFrom(asking) }),
    });
    return [`user id  ${user.id}`];
  },
  'user list': (commands) =>
    commands
      .listUsers()
      .map((one) => `${one.id}  ${one.state}  ${one.email}  ${one.sipAddresses.join(' ')}  ${one.name}`),
  'user token': async (commands, asking) => [
    (await commands.issueToken(userOf(asking), wholeNumber(asking.values.seconds))).token,
  ],
  'user password': async (commands, asking) => {
    if (!asking.values['password-stdin']) throw new Fault('valueInvalid', { field: '--password-stdin', allowed: [] });
    await commands.setPassword(userOf(asking), await passwordFrom(asking));
    return [`${userOf(asking)}  password set`];
  },
  'user disable': (commands, asking) => [userLine(commands.setUserState(userOf(asking), 'inactive'))],
  'user enable': (commands, asking) => [userLine(commands.setUserState(userOf(asking), 'active'))],
  'user delete': (commands, asking) => [userLine(commands.deleteUser(userOf(asking)))],
  'user mfa-reset': (commands, asking) => {
    commands.resetSecondFactor(userOf(asking));
    return [`${userOf(asking)}  second factor removed`];
  },
};

const otherActions: { readonly [name: string]: Action } = {
  'role list': (commands) =>
    commands.listRoles().map((one) => `${one.id}  ${one.builtIn === undefined ? 'added' : 'built-in'}  ${one.name}`),
  'grant add': (commands, asking) => {
    commands.addGrant(userOf(asking), grantOf(asking));
    return grantLines(commands, userOf(asking));
  },
  'grant remove': (commands, asking) => {
    commands.removeGrant(userOf(asking), grantOf(asking));
    return grantLines(commands, userOf(asking));
  },
  'grant list': (commands, { words }) => grantLines(commands, words[0] as SubjectId | undefined),
  'division add': (commands, { values: { name = '', description = '' } }) => [
    `division id  ${commands.addDivision(name, description).id}`,
  ],
  'division list': (commands) =>
    commands.listDivisions().map((one) => `${one.id}  ${one.isHome ? 'home' : 'added'}  ${one.name}`),
};

function grantLines(commands: IdentityCommands, subject?: SubjectId): readonly string[] {
  return commands.listGrants(subject).map((one) => `${one.subjectId}  ${one.role}  ${one.division}`);
}

/** By topic and verb. */
const identityActions: { readonly [name: string]: Action } = {
  ...clientActions,
  ...userActions,
  ...otherActions,
};

/** Commands that are about nobody in particular. */
const withoutId: ReadonlySet<string> = new Set([
  'client add',
  'client list',
  'user add',
  'user list',
  'role list',
  'grant list',
  'division add',
  'division list',
]);

/** The command of a name and its words; `undefined` when they make none. */
export function identityActionOf(name: string, words: readonly string[]): Action | undefined {
  if (!Object.hasOwn(identityActions, name)) return undefined;
  return withoutId.has(name) || words.length > 0 ? identityActions[name] : undefined;
}
