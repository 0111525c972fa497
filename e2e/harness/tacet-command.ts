/** The subcommands of `tacet` that work on a data folder, run as an operator runs them. */
import type { Credentials } from './api.ts';
import { type Ended, run, type Settings, tacetCommand } from './programs.ts';

/** Makes a client with a role, beside a running server too. */
export async function addClient(settings: Settings, role: string): Promise<Credentials> {
  const { code, stdout, stderr } = await run(tacetCommand, ['client', 'add', '--name', role, '--role', role], {
    settings,
  });
  const id = /client id\s+(\S+)/.exec(stdout)?.[1];
  const secret = /client secret\s+(\S+)/.exec(stdout)?.[1];
  if (code !== 0 || id === undefined || secret === undefined) throw new Error(`No client: ${code} ${stderr}`);
  return { id, secret };
}

/** Proves a data folder. @param deadlineMs for one that holds hours of recordings, more than the usual half minute. */
export function verify(dataDir: string, deadlineMs = 30_000): Promise<Ended> {
  return run(tacetCommand, ['verify', dataDir], { deadlineMs });
}
