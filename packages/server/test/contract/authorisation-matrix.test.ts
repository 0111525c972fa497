/** Who may pause what: every role, division, part in the conversation and kind of token, at every door, for every type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConversationId, type MediaType, mediaTypeRows, type RoleName, type UserId } from '@tacet/domain';
import { describedDoors } from '../../../../tools/contract/door-list.ts';
import { agentUser, HttpUnderTest, homeDivision, otherDivision, otherUser } from '../http/http-under-test.ts';

/**
 * Conversations are in the home division. `client` is a token of client credentials, `taking part` one of the user who is
 * connected in the conversation, `stranger` one of a user who is not. The columns are the doors: the PUT of the media
 * type, the PATCH for all types, and the PATCH of the own conversation, with the status and, where it is a refusal, why:
 * `any` for the permission, `part` for taking no part, `user` for having no user.
 */
const matrix = `
  admin                 home   client       200      202      400 user
  admin                 home   taking part  200      202      202
  admin                 home   stranger     200      202      403 part
  admin                 other  client       403 any  403 any  400 user
  admin                 other  taking part  403 any  403 any  403 any
  admin                 other  stranger     403 any  403 any  403 part
  supervisor            home   client       200      202      400 user
  supervisor            home   taking part  200      202      202
  supervisor            home   stranger     200      202      403 part
  supervisor            other  client       403 any  403 any  400 user
  supervisor            other  taking part  403 any  403 any  403 any
  supervisor            other  stranger     403 any  403 any  403 part
  agent                 home   client       403 any  403 any  400 user
  agent                 home   taking part  403 any  403 any  202
  agent                 home   stranger     403 any  403 any  403 part
  agent                 other  client       403 any  403 any  400 user
  agent                 other  taking part  403 any  403 any  403 any
  agent                 other  stranger     403 any  403 any  403 part
  recorder-integration  home   client       200      202      400 user
  recorder-integration  home   taking part  200      202      403 any
  recorder-integration  home   stranger     200      202      403 part
  recorder-integration  other  client       403 any  403 any  400 user
  recorder-integration  other  taking part  403 any  403 any  403 any
  recorder-integration  other  stranger     403 any  403 any  403 part
  quality-evaluator     home   client       403 any  403 any  400 user
  quality-evaluator     home   taking part  403 any  403 any  403 any
  quality-evaluator     home   stranger     403 any  403 any  403 any
  quality-evaluator     other  client       403 any  403 any  400 user
  quality-evaluator     other  taking part  403 any  403 any  403 any
  quality-evaluator     other  stranger     403 any  403 any  403 any
  none                  home   client       403 any  403 any  400 user
  none                  home   taking part  403 any  403 any  403 any
  none                  home   stranger     403 any  403 any  403 any
`;

const codes: { readonly [why: string]: string } = {
  any: 'missing.any.permissions',
  part: 'conversation.error.forbidden.not.active.participant',
  user: 'not.a.user',
};

interface Row {
  readonly role: RoleName | 'none';
  readonly division: 'home' | 'other';
  readonly who: 'client' | 'taking part' | 'stranger';
  /** Status and reason at the PUT, the PATCH for all types, and the PATCH of the own conversation. */
  readonly cells: readonly [put: string, patchAll: string, patchOwn: string];
}

const rows = matrix
  .trim()
  .split('\n')
  .map((line) => {
    const [role, division, who, ...cells] = line.trim().split(/ {2,}/);
    return { role, division, who, cells } as unknown as Row;
  });

const users: { readonly [who in Row['who']]: { readonly userId?: UserId } } = {
  client: {},
  'taking part': { userId: agentUser },
  stranger: { userId: otherUser },
};

const answered = new Set(describedDoors().map(({ method, path }) => `${method} ${path}`));

interface Attempt {
  readonly method: 'PUT' | 'PATCH';
  readonly path: string;
  readonly cell: string;
}

function attemptsFor({ cells }: Row, type: MediaType, id: ConversationId): readonly Attempt[] {
  const apiPath = mediaTypeRows.find((row) => row.type === type)?.apiPath ?? assert.fail();
  const own = `/api/v2/conversations/${apiPath}/{conversationId}`;
  // The contract has no PATCH of the own conversation for some of the types.
  const isThere = answered.has(`PATCH ${own}`);
  return [
    { method: 'PUT', path: `/api/v2/conversations/${apiPath}/${id}/recordingstate`, cell: cells[0] },
    { method: 'PATCH', path: `/api/v2/conversations/${id}/recordingstate`, cell: cells[1] },
    ...(isThere ? [{ method: 'PATCH', path: own.replace('{conversationId}', id), cell: cells[2] } as const] : []),
  ];
}

function tokenFor(under: HttpUnderTest, { role, division, who }: Row): string {
  const held = role === 'none' ? {} : { role, division: division === 'home' ? homeDivision : otherDivision };
  return under.tokens.issue({ ...held, ...users[who] });
}

async function check(under: HttpUnderTest, row: Row, type: MediaType, at: number): Promise<void> {
  const id = await under.addConversation(type);
  const { method, path, cell } = attemptsFor(row, type, id)[at] ?? assert.fail();
  const [status = '', why] = cell.split(' ');
  const what = `${method} of ${type}, ${row.role} ${row.division} ${row.who}`;
  const before = structuredClone(under.control.live.get(id)?.conversation);
  const answer = await under.send(method, path, { token: tokenFor(under, row), body: { recordingState: 'PAUSED' } });
  assert.equal(answer.status, Number(status), what);
  const entries = (await under.audit(id)).map(({ action, result }) => `${action} ${result}`);
  const { causes } = under.control.live.get(id)?.conversation.control ?? assert.fail();
  if (why === undefined) {
    assert.deepEqual(
      causes.map(({ cause }) => cause),
      ['securePause'],
      what,
    );
    assert.deepEqual(entries, ['recordingPaused done'], what);
  } else {
    assert.partialDeepStrictEqual(answer.json, { code: codes[why] }, what);
    assert.deepEqual(under.control.live.get(id)?.conversation, before, `${what}: nothing is changed`);
    assert.deepEqual(entries, ['recordingPaused refused'], what);
  }
}

for (const row of rows) {
  test(`${row.role} in the ${row.division} division as ${row.who}: who may pause, at every door of every type`, async () => {
    await using under = await HttpUnderTest.start();
    for (const { type } of mediaTypeRows) {
      const { length } = attemptsFor(row, type, '' as ConversationId);
      for (let at = 0; at < length; at += 1) await check(under, row, type, at);
    }
  });
}

test('the matrix has every role in either division as either kind of caller, and each once', () => {
  const names = ['admin', 'supervisor', 'agent', 'recorder-integration', 'quality-evaluator'];
  const callers = Object.keys(users);
  const all = names.flatMap((role) =>
    ['home', 'other'].flatMap((division) => callers.map((who) => [role, division, who])),
  );
  const without = callers.map((who) => ['none', 'home', who]);
  assert.deepEqual(
    rows.map(({ role, division, who }) => [role, division, who]),
    [...all, ...without],
  );
  for (const { cells } of rows) assert.equal(cells.length, 3);
});
