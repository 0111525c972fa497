#!/usr/bin/env node
/** The `tacet` command: picks the subcommand, and turns its outcome into an exit code. */
import { Fault } from '@tacet/domain';
import { commandHelp, runCommand } from './cli/commands.ts';
import { processTerminal } from './cli/terminal.ts';
import { SettingError } from './config.ts';

const [name = 'help', ...rest] = process.argv.slice(2);

try {
  process.exitCode = await runCommand(name, rest, processTerminal);
  // All is durable by now, and a handshake that nobody answers would be sent again for half a minute.
  // Rule: a server that has stopped is gone, whatever a publisher left unfinished
  if (name === 'serve') process.exit();
} catch (error) {
  if (error instanceof SettingError) processTerminal.error(error.message);
  else if (error instanceof Fault) processTerminal.error(String(error.facts['reason'] ?? error.code));
  else if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    processTerminal.error(`${error.message}\n\n${commandHelp()}`);
  } else throw error;
  process.exitCode = 2;
}
