/** `tacet client`, `user`, `role`, `grant` and `division`: who may ask, managed on the server itself. */
import { parseArgs } from 'node:util';
import { builtInRoles } from '@tacet/domain';
import { readConfig, readConfigFile } from '../config.ts';
import { openIdentity } from '../identity-parts.ts';
import { withSentence } from './fault-sentence.ts';
import { identityActionOf } from './identity-actions.ts';
import { type Given, identityOptions } from './identity-options.ts';
import type { Terminal } from './terminal.ts';

const roles = Object.keys(builtInRoles).join(', ');

export const identityHelp: string = `tacet client add --name NAME --role ROLE     a client-credentials client; its secret is shown once
tacet client add --name NAME --kind code --redirect URI [--redirect …] [--scope SCOPE …]
                                             a client through which users sign in
tacet client list
tacet client rotate ID [--overlap SECONDS]   a new secret; the old one counts for a while yet
tacet client disable ID                      ends its tokens, too
tacet client enable ID
tacet client delete ID                       one that is disabled
tacet user add --name NAME --email ADDRESS [--sip ADDRESS …] [--role ROLE] [--password-stdin]
tacet user list
tacet user token ID [--seconds N]            a token with this user's context
tacet user password ID --password-stdin      also ends the user's tokens and sign-ins
tacet user disable ID                        ends the user's tokens, too
tacet user enable ID
tacet user delete ID
tacet user mfa-reset ID                      for who lost the device of the second factor
tacet role list
tacet grant add ID --role ROLE [--division DIVISION]       ID is a user's or a client's
tacet grant remove ID --role ROLE [--division DIVISION]
tacet grant list [ID]
tacet division add --name NAME [--description TEXT]
tacet division list

Works on the data folder of TACET_DATA_DIR (or --config FILE), beside a running server too.
Roles: ${roles}, and those that were added.
A division is named by its name or id, or * for all; without --division a role counts in the home division.
--password-stdin takes the first line of the standard input, so that no password is among the words of a command.
`;

/** @returns the exit code; 2 when the words make no command. */
export async function identity(topic: string, args: readonly string[], terminal: Terminal): Promise<number> {
  const given: Given = parseArgs({ args: [...args], options: identityOptions, allowPositionals: true });
  const [verb = '', ...words] = given.positionals;
  const action = identityActionOf(`${topic} ${verb}`, words);
  if (action === undefined) {
    terminal.error(identityHelp);
    return 2;
  }
  const file = given.values.config === undefined ? {} : readConfigFile(given.values.config);
  const { dataDir, secretOverlapSeconds } = readConfig(process.env, file);
  const parts = await openIdentity(dataDir, secretOverlapSeconds);
  try {
    for (const line of await action(parts.commands, { values: given.values, words, terminal })) terminal.print(line);
    return 0;
  } catch (error) {
    throw withSentence(error);
  } finally {
    await parts.close();
  }
}
