/** Retention policies of both families: added, listed, changed, removed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpUnderTest, otherDivision, type Received } from './http-under-test.ts';

const families = [
  { path: '/api/v2/recording/mediaretentionpolicies', removed: 200, right: 'retentionPolicy' },
  {
    path: '/api/v2/recording/crossplatform/mediaretentionpolicies',
    removed: 204,
    right: 'crossPlatformRetentionPolicy',
  },
] as const;

function idOf({ json }: Received): string {
  return (json as { readonly id: string }).id;
}

function namesOf({ json }: Received): readonly string[] {
  return (json as { readonly entities: readonly { readonly name: string }[] }).entities.map(({ name }) => name);
}

for (const { path, removed, right } of families) {
  test(`${right}: a policy is kept as it was set, off until it is enabled`, async () => {
    await using under = await HttpUnderTest.start();
    const token = under.tokens.issue({ role: 'admin' });
    const body = {
      name: 'Keep a year',
      description: 'Calls of the bank',
      conditions: { mediaTypes: ['CALL'], directions: ['INBOUND'] },
      actions: { retainRecording: true, retentionDuration: { deleteRetention: { days: 365 } } },
    };
    const added = await under.send('POST', path, { token, body });
    assert.equal(added.status, 200);
    const expected = { ...body, id: idOf(added), order: 1, enabled: false, selfUri: `${path}/${idOf(added)}` };
    assert.partialDeepStrictEqual(added.json, expected);
    assert.deepEqual((await under.send('GET', `${path}/${idOf(added)}`, { token })).json, added.json);
    const enabled = await under.send('PATCH', `${path}/${idOf(added)}`, { token, body: { enabled: true } });
    assert.partialDeepStrictEqual(enabled.json, { ...expected, enabled: true });
    const put = await under.send('PUT', `${path}/${idOf(added)}`, { token, body: { name: 'Keep two years' } });
    assert.partialDeepStrictEqual(put.json, { ...expected, name: 'Keep two years', enabled: true });
  });

  test(`${right}: policies are listed in the order in which they are tried, by name and by switch, page by page`, async () => {
    await using under = await HttpUnderTest.start();
    const token = under.tokens.issue({ role: 'admin' });
    const list = (query: string): Promise<Received> => under.send('GET', `${path}?${query}`, { token });
    for (const [name, order] of [
      ['Third', 30],
      ['First', 10],
      ['Second', 20],
    ] as const) {
      await under.send('POST', path, { token, body: { name, order, enabled: name === 'Second' } });
    }
    assert.deepEqual(namesOf(await list('')), ['First', 'Second', 'Third']);
    assert.deepEqual(namesOf(await list('enabled=true')), ['Second']);
    assert.deepEqual(namesOf(await list('name=IR')), ['First', 'Third']);
    const page = await list('pageSize=2&pageNumber=2');
    assert.deepEqual(namesOf(page), ['Third']);
    assert.partialDeepStrictEqual(page.json, { total: 3, pageCount: 2, pageNumber: 2 });
  });

  test(`${right}: the policies that are named are removed together or not at all`, async () => {
    await using under = await HttpUnderTest.start();
    const token = under.tokens.issue({ role: 'admin' });
    const ids: string[] = [];
    for (const name of ['One', 'Two', 'Three'])
      ids.push(idOf(await under.send('POST', path, { token, body: { name } })));
    const remove = (query: string): Promise<Received> => under.send('DELETE', `${path}${query}`, { token });
    const unknown = '11111111-2222-4333-8444-555555555555';
    assert.equal((await remove(`?ids=${ids[0]},${unknown}`)).status, 404);
    assert.equal(namesOf(await under.send('GET', path, { token })).length, 3);
    assert.equal((await remove(`?ids=${ids[0]},${ids[1]}`)).status, removed);
    assert.equal((await remove(`/${ids[2]}`)).status, removed);
    assert.deepEqual(namesOf(await under.send('GET', path, { token })), []);
    const changes = (await under.audit()).filter(({ action }) => action === 'retentionPolicyChanged');
    assert.equal(changes.length, 6);
  });

  test(`${right}: each deed has its right, and the right has to reach the home division`, async () => {
    await using under = await HttpUnderTest.start();
    const admin = under.tokens.issue({ role: 'admin' });
    const id = idOf(await under.send('POST', path, { token: admin, body: { name: 'One' } }));
    const deeds = [
      ['GET', '', undefined],
      ['GET', `/${id}`, undefined],
      ['POST', '', { name: 'Two' }],
      ['PUT', `/${id}`, { name: 'Two' }],
      ['PATCH', `/${id}`, { enabled: true }],
      ['DELETE', `/${id}`, undefined],
    ] as const;
    const supervisor = under.tokens.issue({ role: 'supervisor' });
    const abroad = under.tokens.issue({ role: 'admin', division: otherDivision });
    for (const token of [supervisor, abroad]) {
      for (const [method, rest, body] of deeds) {
        const { status } = await under.send(method, `${path}${rest}`, { token, ...(body && { body }) });
        assert.equal(status, 403, `${method} ${rest}`);
      }
    }
  });
}

test('a policy of one family is not there for the other', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const id = idOf(await under.send('POST', families[0].path, { token, body: { name: 'One' } }));
  assert.equal((await under.send('GET', `${families[1].path}/${id}`, { token })).status, 404);
  assert.equal((await under.send('GET', `${families[0].path}/nothing`, { token })).status, 404);
});

test('a policy without a name, or with members of the wrong kind, is refused', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  for (const body of [
    {},
    { name: '' },
    { name: 'x', enabled: 'yes' },
    { name: 'x', conditions: [] },
    { name: 'x', order: -1 },
  ]) {
    assert.equal((await under.send('POST', families[0].path, { token, body })).status, 400, JSON.stringify(body));
  }
});
