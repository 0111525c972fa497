/** The subcommands of `tacet` and their help. */
import { parseArgs } from 'node:util';
import { readConfig, readConfigFile, settingsHelp } from '../config.ts';
import { settingTable } from '../settings.ts';
import type { Terminal } from './terminal.ts';

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

/** What a command does is loaded when it is asked for: nobody waits for the whole server to read a help. */
interface Command {
  readonly help: () => Promise<string>;
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

/** The commands about who may ask share a module and its help. */
function identityCommand(topic: string): Command {
  const load = () => import('./identity.ts');
  return {
    help: async () => (await load()).identityHelp,
    run: async (args, terminal) => (await load()).identity(topic, args, terminal),
  };
}

const commands: { readonly [name: string]: Command } = {
  serve: {
    help: async () => serveHelp,
    run: async (args, terminal) => (await import('./serve.ts')).serve(configOf(args).config, terminal),
  },
  demo: {
    help: async () => (await import('./demo.ts')).demoHelp,
    run: async (_args, terminal) => (await import('./demo.ts')).demo(terminal),
  },
  verify: {
    help: async () => (await import('./verify.ts')).verifyHelp,
    run: async (args, terminal) => {
      const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
      const { name, fallback } = settingTable.dataDir;
      return (await import('./verify.ts')).verify(positionals[0] ?? process.env[name] ?? fallback, terminal);
    },
  },
  client: identityCommand('client'),
  user: identityCommand('user'),
  role: identityCommand('role'),
  grant: identityCommand('grant'),
  division: identityCommand('division'),
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
    terminal.print(await command.help());
    return 0;
  }
  return command.run(args, terminal);
}
