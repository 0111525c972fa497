/** The subcommands of `tacet` and their help. */
import { parseArgs } from 'node:util';
import { readConfig, readConfigFile, settingsHelp } from '../config.ts';
import { settingTable } from '../settings.ts';
import { demo, demoHelp } from './demo.ts';
import { identity, identityHelp } from './identity.ts';
import { serve } from './serve.ts';
import type { Terminal } from './terminal.ts';
import { verify, verifyHelp } from './verify.ts';

const serveHelp = `tacet serve [--config tacet.yaml]

Runs the server until it is told to stop (Ctrl+C or SIGTERM). Settings come from the environment or from the file.

Settings (default):
${settingsHelp()}
`;

/** The help of the whole command. */
export function commandHelp(): string {
  return `tacet <command> [options]

Records conversations, with a pause that can be trusted.

  serve    run the server
  demo     place a call, pause it, and leave a WAV to listen to
  verify   prove a data folder from its files alone
  client   add, list, change or delete OAuth clients
  user     add, list, change or delete users, or issue a token for one
  role     list roles
  grant    give roles to users and clients, or take them away
  division add or list divisions
  help     this text; each command has its own --help

Settings (default), from the environment or \`--config tacet.yaml\`:
${settingsHelp()}
`;
}

interface Command {
  readonly help: string;
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

function configOf(args: readonly string[]): {
  readonly config: ReturnType<typeof readConfig>;
  readonly rest: readonly string[];
} {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' } },
    allowPositionals: true,
  });
  const file = values.config === undefined ? {} : readConfigFile(values.config);
  return { config: readConfig(process.env, file), rest: positionals };
}

const commands: { readonly [name: string]: Command } = {
  serve: { help: serveHelp, run: (args, terminal) => serve(configOf(args).config, terminal) },
  demo: { help: demoHelp, run: (_args, terminal) => demo(terminal) },
  verify: {
    help: verifyHelp,
    run: (args, terminal) => {
      const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
      const { name, fallback } = settingTable.dataDir;
      return verify(positionals[0] ?? process.env[name] ?? fallback, terminal);
    },
  },
  client: { help: identityHelp, run: (args, terminal) => identity('client', args, terminal) },
  user: { help: identityHelp, run: (args, terminal) => identity('user', args, terminal) },
  role: { help: identityHelp, run: (args, terminal) => identity('role', args, terminal) },
  grant: { help: identityHelp, run: (args, terminal) => identity('grant', args, terminal) },
  division: { help: identityHelp, run: (args, terminal) => identity('division', args, terminal) },
};

/**
 * Runs a subcommand.
 * @returns its exit code; 2 when there is no such command.
 */
export async function runCommand(name: string, args: readonly string[], terminal: Terminal): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') {
    terminal.print(commandHelp());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    terminal.error(`There is no command "${name}".\n\n${commandHelp()}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    terminal.print(command.help);
    return 0;
  }
  return command.run(args, terminal);
}
