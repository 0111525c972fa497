/** The options of the commands of identity, and what a command is given. */
import type { parseArgs } from 'node:util';
import type { IdentityCommands } from '../oauth/identity-commands.ts';
import type { Terminal } from './terminal.ts';

export const identityOptions = {
  config: { type: 'string' },
  name: { type: 'string' },
  description: { type: 'string' },
  role: { type: 'string' },
  division: { type: 'string' },
  kind: { type: 'string' },
  redirect: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  email: { type: 'string' },
  sip: { type: 'string', multiple: true },
  seconds: { type: 'string' },
  overlap: { type: 'string' },
  'password-stdin': { type: 'boolean' },
} as const;

export type Given = ReturnType<typeof parseArgs<{ options: typeof identityOptions; allowPositionals: true }>>;

/** What one command has: its options, the words after its name, and the terminal for a password. */
export interface Asking {
  readonly values: Given['values'];
  readonly words: readonly string[];
  readonly terminal: Pick<Terminal, 'input'>;
}

/** Does it, and says it in lines. */
export type Action = (commands: IdentityCommands, asking: Asking) => Promise<readonly string[]> | readonly string[];
