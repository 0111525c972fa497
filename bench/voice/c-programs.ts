/** The bench's own programs in C: compiled once per run, spoken to by lines. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = mkdtempSync(join(tmpdir(), 'tacet-bench-c-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const compiled = new Set<string>();

/** @throws when there is no C compiler: this bench needs one. */
function compile(name: string): string {
  const program = join(folder, name);
  if (compiled.has(name)) return program;
  const source = join(import.meta.dirname, `${name}.c`);
  const { status, stderr } = spawnSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
  if (status !== 0) throw new Error(`${name} was not compiled: ${stderr}`);
  compiled.add(name);
  return program;
}

/** A running program: one line at a time. */
class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(name: string, words: readonly string[]) {
    this.child = spawn(compile(name), words);
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('a program of the bench ended early');
    return next.value;
  }
}

export interface SenderReport {
  readonly sentCount: number;
  /** Packets sent more than 40 ms after they were due: then the sender was the limit. */
  readonly lateCount: number;
}

/** Sends fifty packets a second to every port until `stop`. */
export function startSender(ports: readonly number[]): { readonly stop: () => Promise<SenderReport> } {
  const sender = new Program('rtp-sender', []);
  sender.child.stdin.write(`${ports.join('\n')}\n\n`);
  return {
    stop: async () => {
      sender.child.stdin.end();
      return JSON.parse(await sender.line()) as SenderReport;
    },
  };
}

export interface BareReading {
  readonly received: number;
  readonly cpuSeconds: number;
}

/** A receiver that only counts. */
export async function startBareReceiver(count: number, how: 'epoll' | 'sweep') {
  const receiver = new Program('bare-receiver', [String(count), how]);
  const ports: number[] = [];
  for (let line = await receiver.line(); line !== ''; line = await receiver.line()) ports.push(Number(line));
  return {
    ports,
    read: async (): Promise<BareReading> => {
      receiver.child.stdin.write('\n');
      return JSON.parse(await receiver.line()) as BareReading;
    },
    stop: async (): Promise<void> => {
      receiver.child.stdin.end();
      await once(receiver.child, 'exit');
    },
  };
}
