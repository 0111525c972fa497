/** Who imports whom: runs dependency-cruiser and makes sure that it looked at the tree at all. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { conclude, type Finding } from './findings.ts';
import { isTypeScript, listFiles } from './source-files.ts';

/** The part of dependency-cruiser's JSON report that is used here. */
type CruiseReport = {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly module: string; readonly resolved: string }[];
  }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
};

const root = process.cwd();
const folders = ['packages', 'e2e', 'bench', 'tools'].filter((folder) => existsSync(join(root, folder)));
const expected = listFiles(root).filter((path) => isTypeScript(path) && folders.includes(path.split('/')[0] ?? ''));
const report = cruise();

conclude('imports', [...violations(report), ...blindSpots(report)], `${report.modules.length} modules`);

function cruise(): CruiseReport {
  const flags = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  const { stdout, stderr, status } = spawnSync('node_modules/.bin/depcruise', flags, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0 && !stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run: ${stderr}`);
  return JSON.parse(stdout) as CruiseReport;
}

function violations({ summary }: CruiseReport): readonly Finding[] {
  return summary.violations.map(({ from, to, rule, cycle }) => {
    const way = cycle === undefined ? to : cycle.map((step) => step.name).join(' → ');
    return { path: from, line: 0, rule: rule.name, message: `imports ${way}` };
  });
}

/**
 * A cruiser that meets a compiler it does not know finds no modules and calls that a success. So every file that we
 * wrote must be among its modules, and every import of a package of ours must have led into that package.
 */
function blindSpots({ modules }: CruiseReport): readonly Finding[] {
  const seen = new Set(modules.map((module) => module.source));
  const unseen = expected.filter((path) => !seen.has(path));
  const astray = modules.flatMap((module) =>
    module.dependencies
      .filter((each) => each.module.startsWith('@tacet/') && !each.resolved.startsWith('packages/'))
      .map((each) => ({
        path: module.source,
        line: 0,
        rule: 'astray',
        message: `${each.module} led to ${each.resolved}`,
      })),
  );
  const missed = unseen.map((path) => ({
    path,
    line: 0,
    rule: 'unseen',
    message: 'dependency-cruiser did not see it',
  }));
  return [...missed, ...astray];
}
