/**
 * Completes package-lock.json (`npm run lock`, after every `npm install`). A registry that does not offer the binaries
 * of every platform makes npm leave those out of the lock, and `npm ci` then refuses the lock for being incomplete.
 * They are written in with what their names say, so that each machine skips what is not for it.
 */

import { readFileSync, writeFileSync } from 'node:fs';

type LockEntry = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Lock = { packages: Record<string, unknown> };

const lockPath = 'package-lock.json';
const systems: ReadonlySet<string> = new Set(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);
const processors: ReadonlySet<string> = new Set(['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64']);

const lock = JSON.parse(readFileSync(lockPath, 'utf8')) as Lock;
const added = missingBinaries(lock);
if (added.size > 0) {
  const all = [...Object.entries(lock.packages), ...added];
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(lockPath, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`lock: ${added.size} binaries for other platforms added`);

/** The optional dependencies with an exact version that are for one platform and have no entry, by their place. */
function missingBinaries({ packages }: Lock): ReadonlyMap<string, unknown> {
  const missing = new Map<string, unknown>();
  for (const { dev, optionalDependencies } of Object.values(packages) as readonly LockEntry[]) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const place = `node_modules/${name}`;
      if (place in packages || !/^\d/.test(version)) continue;
      const platform = platformOf(name);
      if (platform === undefined) continue;
      missing.set(place, { version, ...platform, ...(dev === true ? { dev } : {}), optional: true });
    }
  }
  return missing;
}

/** Reads `…-linux-arm64-musl` as system, processor and C library; undefined when the name does not say the first two. */
function platformOf(name: string): object | undefined {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.has(word));
  const cpu = words.find((word) => processors.has(word));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }), os: [os] };
}
