/** Every rule that product code states in a comment must be the title of a test, word for word. */

import { findUntestedRules } from './conditions/rules.ts';
import { testTitles } from './conditions/titles.ts';
import { conclude } from './findings.ts';
import { parseFile } from './parsed-file.ts';
import { isProduct, isTestSide, isTypeScript, listFiles } from './source-files.ts';

/** Suites that several tests share live in the testkit, in files that are not tests by name. */
const mayHoldTests = (path: string): boolean => isTypeScript(path) && isTestSide(path);

const root = process.cwd();
const paths = listFiles(root);
const product = paths.filter(isProduct).map((path) => parseFile(root, path));
const titles = paths.filter(mayHoldTests).flatMap((path) => testTitles(parseFile(root, path)));
const { ruleCount, findings } = findUntestedRules(product, titles);

conclude('conditions', findings, `${ruleCount} rules and ${titles.length} test titles`);
