/** Size, names, marks and forbidden calls: what the linter and the compiler do not look at. */

import { conclude, type Finding } from './findings.ts';
import { type ParsedFile, parseFile } from './parsed-file.ts';
import { isTypeScript, listFiles } from './source-files.ts';
import { findForbiddenCalls } from './tidy/calls.ts';
import { findMarks, findMissingCaption } from './tidy/comments.ts';
import { findBannedFileNames } from './tidy/file-names.ts';
import { findForgedAdmissions } from './tidy/gate-lock.ts';
import { findMachinePaths } from './tidy/machine-paths.ts';
import { findBannedNames } from './tidy/names.ts';
import { findSilencedTests } from './tidy/silenced-tests.ts';
import { findOversize } from './tidy/sizes.ts';

const root = process.cwd();
const paths = listFiles(root);
const files: readonly ParsedFile[] = paths.filter(isTypeScript).map((path) => parseFile(root, path));

const perFile: readonly ((file: ParsedFile) => readonly Finding[])[] = [
  findMissingCaption,
  findMarks,
  findBannedNames,
  findForbiddenCalls,
  findForgedAdmissions,
  findSilencedTests,
];

conclude(
  'tidy',
  [
    ...findBannedFileNames(paths),
    ...findOversize(files),
    ...files.flatMap((file) => perFile.flatMap((rule) => rule(file))),
    ...findMachinePaths(root, paths),
  ],
  `${files.length} TypeScript files`,
);
