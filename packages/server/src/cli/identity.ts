/** `tacet client` and `tacet user`: who may ask, managed on the server itself. */
import { parseArgs } from 'node:util';
import type { ClientId, UserId } from '@tacet/domain';
import { builtInRoles } from '@tacet/domain';
import { readConfig, readConfigFile } from '../config.ts';
import { openIdentity } from '../identity-parts.ts';
import type { IdentityCommands } from '../oauth/identity-commands.ts';
import type { Terminal } from './terminal.ts';

const roles = Object.keys(builtInRoles).join(', ');

export const identityHelp: string = `tacet client add --name NAME --role ROLE     a client-credentials client; its secret is shown once
tacet client list
tacet client disable ID
tacet user add --name NAME --email ADDRESS --sip ADDRESS [--sip …] --role ROLE
tacet user list
tacet user token ID [--seconds N]            a token with this user's context

Works on the data folder of TACET_DATA_DIR (or --config FILE), beside a running server too.
Roles: ${roles}
`;

const options = {
  config: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  email: { type: 'string' },
  sip: { type: 'string', multiple: true },
  seconds: { type: 'string' },
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
type Action = (commands: IdentityCommands, given: Given) => Promise<readonly string[]>;

const actions: { readonly [name: string]: Action } = {
  'client add': async (commands, { values }) => {
    const { client, secret } = await commands.addClient({ name: values.name ?? '', role: values.role ?? '' });
    return [`client id      ${client.id}`, `client secret  ${secret}`];
  },
  'client list': async (commands) =>
    commands.listClients().map((c) => `${c.id}  ${c.state}  ${c.grants.map((g) => g.role).join(',')}  ${c.name}`),
  'client disable': async (commands, { positionals }) => {
    const client = await commands.disableClient((positionals[1] ?? '') as ClientId);
    return [`${client.id}  ${client.state}  ${client.name}`];
  },
  'user add': async (commands, { values }) => {
    const { name = '', email = '', sip = [], role = '' } = values;
    const user = commands.addUser({ name, email, sipAddresses: sip, role });
    return [`user id  ${user.id}`];
  },
  'user list': async (commands) =>
    commands.listUsers().map((u) => `${u.id}  ${u.email}  ${u.sipAddresses.join(' ')}  ${u.name}`),
  'user token': async (commands, { values, positionals }) => {
    const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
    const issued = await commands.issueToken((positionals[1] ?? '') as UserId, seconds);
    return [issued.token];
  },
};

/** @returns the exit code; 2 when the words make no command. */
export async function identity(topic: string, args: readonly string[], terminal: Terminal): Promise<number> {
  const given: Given = parseArgs({ args: [...args], options, allowPositionals: true });
  const action = actions[`${topic} ${given.positionals[0] ?? ''}`];
  if (action === undefined) {
    terminal.error(identityHelp);
    return 2;
  }
  const file = given.values.config === undefined ? {} : readConfigFile(given.values.config);
  const parts = await openIdentity(readConfig(process.env, file).dataDir);
  try {
    for (const line of await action(parts.commands, given)) terminal.print(line);
    return 0;
  } finally {
    await parts.close();
  }
}
