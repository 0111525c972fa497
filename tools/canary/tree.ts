/** Builds the tree a canary lives in: the house's own settings around files that break a rule. */

import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The settings under test are the real ones, so a rule that is taken out of them is missed at once. */
const houseFiles: readonly string[] = [
  '.dependency-cruiser.cjs',
  '.gitignore',
  'biome.json',
  'knip.json',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.tests.json',
];

/** What stands where a canary has nothing to say: an entry that breaks no rule. */
const quietEntry = '/** Nothing is wrong here. */\n\nexport {};\n';

/** A tree on disk; disposing of it removes it. */
export type CanaryTree = Disposable & { readonly root: string };

/**
 * Lays out, in a fresh folder outside the house: the settings of the house, every package with its manifest and quiet
 * entries, and over them the files of the canary. The canary's own files win.
 */
export function buildTree(houseRoot: string, canaryFolder: string): CanaryTree {
  const root = mkdtempSync(join(tmpdir(), 'tacet-canary-'));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  try {
    for (const file of houseFiles) copyFileSync(join(houseRoot, file), join(root, file));
    const packages = readdirSync(join(houseRoot, 'packages'));
    for (const name of packages) layPackage(houseRoot, root, `packages/${name}`);
    linkModules(houseRoot, root, packages);
    cpSync(canaryFolder, root, { recursive: true });
  } catch (error) {
    remove();
    throw error;
  }
  return { root, [Symbol.dispose]: remove };
}

function layPackage(houseRoot: string, root: string, folder: string): void {
  mkdirSync(join(root, folder, 'src'), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json']) {
    if (existsSync(join(houseRoot, folder, file)))
      copyFileSync(join(houseRoot, folder, file), join(root, folder, file));
  }
  for (const entry of ['index.ts', ...entriesOf(join(root, folder, 'package.json'))]) {
    const target = join(root, folder, 'src', entry);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, quietEntry);
  }
}

/** The files below `src/` that a manifest exports or starts. */
function entriesOf(manifestPath: string): readonly string[] {
  return [...readFileSync(manifestPath, 'utf8').matchAll(/"\.?\/?src\/([^"]+\.ts)"/g)].map((match) => match[1] ?? '');
}

/** Libraries come from the house, our own packages from the tree. */
function linkModules(houseRoot: string, root: string, packages: readonly string[]): void {
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@tacet'), { recursive: true });
  for (const name of readdirSync(join(houseRoot, 'node_modules'))) {
    if (name !== '@tacet' && name !== '.package-lock.json') {
      symlinkSync(join(houseRoot, 'node_modules', name), join(modules, name));
    }
  }
  for (const name of packages) symlinkSync(join(root, 'packages', name), join(modules, '@tacet', name));
}
