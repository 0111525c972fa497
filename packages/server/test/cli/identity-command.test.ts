/** `tacet client`, `user`, `role`, `grant` and `division`, from words to lines. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { runCommand } from '../../src/cli/commands.ts';
import { openDatabaseToRead, SqliteMetadataStore } from '../../src/store/index.ts';
import { temporaryFolder } from '../store-samples.ts';
import { CollectingTerminal } from './collecting-terminal.ts';

class Desk implements Disposable {
  readonly dataDir: string;
  readonly #folder = temporaryFolder();
  readonly #config: string;

  constructor() {
    this.dataDir = join(this.#folder.path, 'data');
    this.#config = join(this.#folder.path, 'tacet.yaml');
    writeFileSync(this.#config, `TACET_DATA_DIR: ${this.dataDir}\n`);
  }

  /** The lines that a command prints. */
  ask(...words: readonly string[]): Promise<readonly string[]> {
    return this.pipe('', ...words);
  }

  /** The same, with something on the standard input. */
  async pipe(piped: string, ...words: readonly string[]): Promise<readonly string[]> {
    const [name = '', ...args] = words;
    const terminal = new CollectingTerminal(piped);
    assert.equal(await runCommand(name, [...args, '--config', this.#config], terminal), 0);
    assert.deepEqual(terminal.complaints, []);
    return terminal.printed;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

function lastWord(line: string | undefined): string {
  return line?.split(/\s+/).at(-1) ?? assert.fail('no line');
}

test('a client is added with a secret that is shown once, listed without it, and disabled', async () => {
  using desk = new Desk();
  const [idLine, secretLine] = await desk.ask(
    'client',
    'add',
    '--name',
    'CRM of ours',
    '--role',
    'recorder-integration',
  );
  const [id, secret] = [lastWord(idLine), lastWord(secretLine)];
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.ok(secret.length >= 32);
  assert.deepEqual(await desk.ask('client', 'list'), [`${id}  active  recorder-integration  CRM of ours`]);
  assert.deepEqual(await desk.ask('client', 'disable', id), [`${id}  disabled  CRM of ours`]);
  const listed = (await desk.ask('client', 'list')).join('\n');
  assert.ok(listed.includes('disabled') && !listed.includes(secret));
});

test('a user is added with addresses, listed, and given a token', async () => {
  using desk = new Desk();
  const words = ['--name', 'Ann', '--email', 'ann@example.test', '--role', 'agent'];
  const [line] = await desk.ask('user', 'add', ...words, '--sip', 'sip:ann@a.test', '--sip', 'sip:ann@b.test');
  const id = lastWord(line);
  const [listed = ''] = await desk.ask('user', 'list');
  for (const word of [id, 'ann@example.test', 'ann@a.test', 'ann@b.test', 'Ann']) assert.ok(listed.includes(word));
  const [token = '', ...others] = await desk.ask('user', 'token', id, '--seconds', '300');
  assert.ok(token.length >= 20);
  assert.deepEqual(others, []);
});

test('what is asked for wrongly is a fault, and nothing is made', async () => {
  using desk = new Desk();
  const wrong = [
    ['client', 'add', '--name', 'X', '--role', 'king'],
    ['client', 'add', '--role', 'agent'],
    ['client', 'disable', 'nobody'],
    ['user', 'token', 'nobody'],
    ['user', 'add', '--name', 'X'],
  ];
  for (const words of wrong) await assert.rejects(desk.ask(...words), { name: 'Fault' }, words.join(' '));
  assert.deepEqual(await desk.ask('client', 'list'), []);
  assert.deepEqual(await desk.ask('user', 'list'), []);
});

test('what the command line changes is in the audit log when the command has ended', async () => {
  using desk = new Desk();
  await desk.ask('client', 'add', '--name', 'CRM', '--role', 'agent');
  const db = openDatabaseToRead(desk.dataDir);
  const { items } = await new SqliteMetadataStore(db).audit({ limit: 10 });
  db.close();
  assert.deepEqual(
    items.map(({ action, result, by }) => [action, result, by.door, by.name]),
    [
      ['clientCreated', 'done', 'command line', 'command line'],
      ['grantChanged', 'done', 'command line', 'command line'],
    ],
  );
  assert.equal(items[0]?.facts['name'], 'CRM');
});

test('a client is given another secret, enabled again, and deleted once it is disabled', async () => {
  using desk = new Desk();
  const added = await desk.ask('client', 'add', '--name', 'CRM', '--role', 'agent');
  const [id, secret] = [lastWord(added[0]), lastWord(added[1])];
  const [rotated] = await desk.ask('client', 'rotate', id, '--overlap', '60');
  assert.notEqual(lastWord(rotated), secret);
  await assert.rejects(desk.ask('client', 'rotate', id, '--overlap', 'soon'), { name: 'Fault' });
  await assert.rejects(desk.ask('client', 'delete', id), {
    facts: { reason: 'Only a client that is disabled can be deleted.' },
  });
  await desk.ask('client', 'disable', id);
  assert.deepEqual(await desk.ask('client', 'enable', id), [`${id}  active  CRM`]);
  await desk.ask('client', 'disable', id);
  assert.deepEqual(await desk.ask('client', 'delete', id), [`${id}  deleted`]);
  assert.deepEqual(await desk.ask('client', 'list'), []);
});

test('a client through which users sign in is added with where it leads back to', async () => {
  using desk = new Desk();
  const words = [
    '--name',
    'Desk',
    '--kind',
    'code',
    '--redirect',
    'https://desk.test/back',
    '--scope',
    'conversations',
  ];
  assert.equal((await desk.ask('client', 'add', ...words)).length, 2);
  assert.match((await desk.ask('client', 'list'))[0] ?? '', /^\S+ {2}active {2}– {2}Desk$/);
  const wrong = [...words.slice(0, 5), 'http://desk.test/back'];
  await assert.rejects(desk.ask('client', 'add', ...wrong), { code: 'constraintBroken' });
  await assert.rejects(desk.ask('client', 'add', '--name', 'X', '--kind', 'saml'), { code: 'valueInvalid' });
});

test('a user gets a password through the standard input, is disabled, enabled and deleted', async () => {
  using desk = new Desk();
  const words = ['--name', 'Ann', '--email', 'ann@example.test', '--role', 'agent', '--password-stdin'];
  const [line] = await desk.pipe('a quiet river at night\nsecond line', 'user', 'add', ...words);
  const id = lastWord(line);
  assert.deepEqual(await desk.pipe('another quiet river', 'user', 'password', id, '--password-stdin'), [
    `${id}  password set`,
  ]);
  await assert.rejects(desk.pipe('short', 'user', 'password', id, '--password-stdin'), {
    facts: {
      field: 'password',
      problem: 'must have 12 to 256 characters',
      reason: 'password must have 12 to 256 characters.',
    },
  });
  await assert.rejects(desk.pipe('another quiet river', 'user', 'password', id), { code: 'valueInvalid' });
  assert.deepEqual(await desk.ask('user', 'mfa-reset', id), [`${id}  second factor removed`]);
  assert.deepEqual(await desk.ask('user', 'disable', id), [`${id}  inactive  Ann`]);
  assert.ok((await desk.ask('user', 'list'))[0]?.includes('inactive'));
  assert.deepEqual(await desk.ask('user', 'enable', id), [`${id}  active  Ann`]);
  assert.deepEqual(await desk.ask('user', 'delete', id), [`${id}  deleted  Ann`]);
  assert.deepEqual(await desk.ask('user', 'list'), []);
});

test('grants are given in divisions, listed and taken away', async () => {
  using desk = new Desk();
  const id = lastWord((await desk.ask('user', 'add', '--name', 'Ann', '--email', 'ann@example.test'))[0]);
  assert.deepEqual(await desk.ask('grant', 'list', id), []);
  const division = lastWord((await desk.ask('division', 'add', '--name', 'Overseas', '--description', 'Far.'))[0]);
  assert.deepEqual(await desk.ask('grant', 'add', id, '--role', 'agent', '--division', 'overseas'), [
    `${id}  agent  Overseas`,
  ]);
  await desk.ask('grant', 'add', id, '--role', 'supervisor', '--division', '*');
  const kept = [`${id}  supervisor  *`];
  assert.deepEqual(await desk.ask('grant', 'remove', id, '--role', 'agent', '--division', division), kept);
  assert.deepEqual(await desk.ask('grant', 'list'), kept);
  const divisions = await desk.ask('division', 'list');
  assert.deepEqual(
    divisions.map((line) => line.split(/ {2}/).slice(1).join(' ')),
    ['home Home', 'added Overseas'],
  );
  const roles = (await desk.ask('role', 'list')).map((line) => line.split(/ {2}/).slice(1).join(' '));
  assert.ok(roles.includes('built-in quality-evaluator'));
});

test('the last admin stays one, and the sentence says what to do', async () => {
  using desk = new Desk();
  const id = lastWord((await desk.ask('user', 'add', '--name', 'Ann', '--email', 'a@a.test'))[0]);
  await desk.ask('grant', 'add', id, '--role', 'admin', '--division', '*');
  const told = (pattern: RegExp) => (error: unknown) =>
    error instanceof Fault && pattern.test(String(error.facts['reason']));
  await assert.rejects(desk.ask('user', 'delete', id), told(/grant it to another first/));
  await assert.rejects(desk.ask('user', 'delete', 'nobody'), told(/"nobody"/));
});

test('words that make no command get the help', async () => {
  for (const words of [['user', 'dance'], ['grant'], ['role', 'add'], ['client', 'toString']]) {
    const terminal = new CollectingTerminal();
    const [name = '', ...args] = words;
    assert.equal(await runCommand(name, args, terminal), 2, words.join(' '));
    assert.match(terminal.said, /tacet grant add/);
  }
});
