/** A disk that takes nothing more, for one process: from now on each of its writes into a file fails, until mended. */
import { run } from './programs.ts';

async function limitFileSize(pid: number, bytes: string): Promise<void> {
  // The soft limit alone is changed, so that it can be raised again without being root.
  const { code, stderr } = await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  if (code !== 0) throw new Error(`The limit cannot be set: ${stderr}`);
}

/** Every write behind the first byte of a file fails (EFBIG). What is there can be read as ever. */
export function breakDisk(pid: number): Promise<void> {
  return limitFileSize(pid, '1');
}

export function mendDisk(pid: number): Promise<void> {
  return limitFileSize(pid, 'unlimited');
}
