/** Programs as processes of their own: what they are given to work with, and what became of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join, resolve } from 'node:path';

/** The root of the repository, from which everything is started. */
export const root: string = resolve(import.meta.dirname, '../..');
/** The `tacet` command as npm links it. */
export const tacetCommand: string = join(root, 'node_modules/.bin/tacet');

export type Settings = { readonly [name: string]: string };

/**
 * The environment of a program: ours without what would change Tacet, and the pinned Node first on the path. Sources are
 * compiled once for all the processes of a test.
 */
export function environment(settings: Settings = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TACET_'));
  const { NODE_TEST_CONTEXT: _, ...outer } = Object.fromEntries(inherited);
  const path = [dirname(process.execPath), outer['PATH'] ?? ''].join(delimiter);
  return { NODE_COMPILE_CACHE: join(root, '.tsbuild/compile-cache'), ...outer, PATH: path, ...settings };
}

export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that a stream says, as it comes. */
export function listen(stream: ChildProcess['stdout'], hear: (text: string) => void): void {
  stream?.setEncoding('utf8');
  stream?.on('data', hear);
}

/** Ends a process that we started and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Runs a program to its end; one that does not come to it is killed after `deadlineMs`. */
export async function run(
  command: string,
  args: readonly string[],
  { settings = {}, deadlineMs = 30_000 }: { readonly settings?: Settings; readonly deadlineMs?: number } = {},
): Promise<Ended> {
  const child = spawn(command, args, { cwd: root, env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  listen(child.stdout, (text) => {
    stdout += text;
  });
  listen(child.stderr, (text) => {
    stderr += text;
  });
  const late = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, stdout, stderr };
}
