/**
 * Who may import whom, for dependency-cruiser: the table of ARCHITECTURE.md as rules. Types count as imports.
 * Each rule has a canary in tools/canaries/imports that breaks it; tools/imports.ts runs this file.
 */

const tests = '(\\.test\\.ts$|^packages/[^/]+/test/)';
const sourceOf = (part) => ({ path: `^packages/${part}/`, pathNot: tests });
const testSide = '(\\.test\\.ts$|^packages/([^/]+/test|testkit)/|^(e2e|bench|tools)/)';
const edges = '(http|oauth|notify|sip|voice|audiohook|smtp|cobrowse|webchat|whip)';
/** The only files of `capture` that touch a disk; both do nothing else. */
const diskFiles = '^packages/capture/src/(spool-file|read-files)\\.ts$';

/** Whatever a part imports must match one of `allowed`; everything else is an error under the part's own rule. */
function onlyFrom(part, name, comment, allowed) {
  const own = [`^packages/${part}/`, ...allowed].join('|');
  return { name, severity: 'error', comment, from: sourceOf(part), to: { pathNot: own } };
}

/** How the cruiser spells a node built-in depends on how it was imported. */
const builtin = (name) => `^(node:)?${name}$`;
const ours = (...parts) => parts.map((part) => `^packages/${part}/`);
const library = (name) => `(^|/)node_modules/${name}/`;

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'parts build on each other', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      comment: 'an import that leads nowhere would hide from every other rule',
      from: {},
      to: { couldNotResolve: true },
    },
    onlyFrom('domain', 'domain-is-pure', 'domain imports nothing', []),
    onlyFrom('wire', 'wire-is-bytes', 'wire imports node:crypto and its XML tokenizer only', [
      builtin('crypto'),
      library('saxes'),
    ]),
    onlyFrom(
      'capture',
      'capture-knows-no-protocol',
      'capture imports domain, node:crypto, node:zlib for checksums, and in two files what disks need',
      [...ours('domain'), builtin('crypto'), builtin('zlib'), builtin('(fs|fs/promises|path|util)')],
    ),
    {
      name: 'disk-in-two-files',
      severity: 'error',
      comment: 'in capture only spool-file.ts and read-files.ts touch a disk',
      from: { path: '^packages/capture/', pathNot: `${tests}|${diskFiles}` },
      to: { path: builtin('(fs|fs/promises|path|util)') },
    },
    onlyFrom('receiver', 'receiver-is-sockets', 'receiver is its native code, what builds it and what loads it', [
      builtin('(module|child_process|crypto|fs|path|url)'),
      library('node-api-headers'),
    ]),
    onlyFrom('media', 'media-is-data', 'media imports domain, wire, capture, and no node built-in', [
      ...ours('domain', 'wire', 'capture'),
    ]),
    {
      name: 'server-builds-on-parts',
      severity: 'error',
      comment: 'of our packages, server imports domain, wire, capture, media and receiver',
      from: sourceOf('server'),
      to: { path: '^packages/', pathNot: '^packages/(server|domain|wire|capture|media|receiver)/' },
    },
    {
      name: 'edges-never-sideways',
      severity: 'error',
      comment: 'edges meet in control, they do not import each other',
      from: { path: `^packages/server/src/${edges}/`, pathNot: tests },
      to: { path: `^packages/server/src/${edges}/`, pathNot: '^packages/server/src/$1/' },
    },
    {
      name: 'control-below-edges',
      severity: 'error',
      comment: 'control imports neither edges nor stores; it speaks to ports',
      from: { path: '^packages/server/src/control/', pathNot: tests },
      to: { path: `^packages/server/src/(${edges}|store)/` },
    },
    {
      name: 'store-below-edges',
      severity: 'error',
      comment: 'a store may implement the types of a port that an edge defines, but uses nothing of an edge',
      from: { path: '^packages/server/src/store/', pathNot: tests },
      to: { path: `^packages/server/src/${edges}/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'observe-from-above',
      severity: 'error',
      comment:
        'use-cases, edges and stores tell the observer that they are given; only what builds the server makes one',
      from: { path: `^packages/server/src/(control|store|${edges.slice(1, -1)})/`, pathNot: tests },
      to: { path: '^packages/server/src/observe/' },
    },
    {
      name: 'telemetry-in-observe',
      severity: 'error',
      comment: 'libraries for metrics and traces are used in observe/ alone',
      from: { path: '^packages/', pathNot: '^packages/server/src/observe/' },
      to: { path: '(^|/)node_modules/(prom-client|@opentelemetry)/' },
    },
    {
      name: 'testkit-for-tests',
      severity: 'error',
      comment: 'the testkit is imported by tests, benches and tools only',
      from: { pathNot: testSide },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'packages-by-name',
      severity: 'error',
      comment: 'one package reaches another by its name, through its exports, never by a path',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      comment: "a test is nobody's building block",
      from: { pathNot: testSide },
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^tools/canaries/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
