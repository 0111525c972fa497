/** Hold suppression as callers see it: paused, but no secure pause; annotations of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentUser, HttpUnderTest, type StartedCall } from './http-under-test.ts';

interface Told {
  readonly recordingState: string;
  readonly securePause: boolean;
}

class Held {
  readonly under: HttpUnderTest;
  readonly call: StartedCall;
  readonly token: string;
  readonly #participantId: string;

  private constructor(under: HttpUnderTest, call: StartedCall, participantId: string) {
    this.under = under;
    this.call = call;
    this.token = under.tokens.issue({ role: 'admin', userId: agentUser });
    this.#participantId = participantId;
  }

  static async start(under: HttpUnderTest): Promise<Held> {
    const call = await under.startCall();
    const customer = under.control.live.get(call.conversationId)?.conversation.participants[0] ?? assert.fail();
    return new Held(under, call, customer.id);
  }

  hold(held: boolean) {
    const path = `/api/v2/conversations/calls/${this.call.conversationId}/participants/${this.#participantId}`;
    return this.under.send('PATCH', path, { token: this.token, body: { held } });
  }

  async read(door: string): Promise<Told> {
    const { json } = await this.under.send('GET', `/api/v2/conversations/${door}`, { token: this.token });
    const { recordingState, securePause } = json as Told;
    return { recordingState, securePause };
  }

  get isOpen(): readonly boolean[] {
    return this.call.streamIds.map((id) => this.under.media.isOpen(id));
  }
}

test('a hold is answered with 202 and nothing, when every gate is shut; paused, but not securely', async () => {
  await using under = await HttpUnderTest.start({ suppressesOnHold: true });
  const held = await Held.start(under);
  const { conversationId } = held.call;
  const { status, text } = await held.hold(true);
  assert.deepEqual([status, text, held.isOpen], [202, '', [false, false]]);
  assert.deepEqual(await held.read(conversationId), { recordingState: 'PAUSED', securePause: false });
  assert.deepEqual(await held.read(`calls/${conversationId}`), { recordingState: 'paused', securePause: false });
  assert.equal((await held.hold(false)).status, 202);
  assert.deepEqual(await held.read(conversationId), { recordingState: 'ACTIVE', securePause: false });
  assert.deepEqual(held.isOpen, [true, true]);
});

test('a resume while somebody is on hold answers PAUSED, and the pause is a secure one no longer', async () => {
  await using under = await HttpUnderTest.start({ suppressesOnHold: true });
  const held = await Held.start(under);
  const { conversationId } = held.call;
  const door = `calls/${conversationId}/recordingstate`;
  await held.hold(true);
  assert.equal((await under.setState(door, 'PAUSED', held.token)).text, '"PAUSED"');
  assert.deepEqual(await held.read(conversationId), { recordingState: 'PAUSED', securePause: true });
  assert.equal((await under.setState(door, 'ACTIVE', held.token)).text, '"PAUSED"');
  assert.deepEqual(await held.read(conversationId), { recordingState: 'PAUSED', securePause: false });
  await held.hold(false);
  assert.deepEqual(held.isOpen, [true, true]);
});

test('a hold whose gates do not confirm is 504, and names the streams', async () => {
  await using under = await HttpUnderTest.start({ suppressesOnHold: true });
  const held = await Held.start(under);
  const silent = held.call.streamIds[0] ?? assert.fail();
  under.media.silence(silent);
  const { status, json } = await under.passUntil(held.hold(true));
  assert.equal(status, 504);
  assert.partialDeepStrictEqual(json, {
    code: 'request.timeout',
    details: [{ entityId: silent, entityName: 'stream' }],
  });
});

test('the annotations of holds have reasons of their own, and another id at each request', async () => {
  await using under = await HttpUnderTest.start({ suppressesOnHold: true });
  const held = await Held.start(under);
  const { conversationId, recordingId } = held.call;
  await held.hold(true);
  under.clock.advance(2_000);
  await held.hold(false);
  under.clock.advance(1_000);
  await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', held.token);
  under.clock.advance(1_000);
  await under.endCall(held.call);
  const read = async (): Promise<readonly { readonly id: string; readonly reason: string }[]> => {
    const path = `/api/v2/conversations/${conversationId}/recordings/${recordingId}/annotations`;
    return (await under.send('GET', path, { token: held.token })).json as never;
  };
  const [first, second] = [await read(), await read()];
  for (const told of [first, second])
    assert.deepEqual(
      told.map(({ reason }) => reason),
      ['Hold', 'SecurePause'],
    );
  assert.notEqual(first[0]?.id, second[0]?.id);
  assert.deepEqual([first[1]?.id, second[1]?.id], [recordingId, recordingId]);
});

test('where hold suppression is not set a hold pauses nothing', async () => {
  await using under = await HttpUnderTest.start();
  const held = await Held.start(under);
  await held.hold(true);
  assert.deepEqual(await held.read(held.call.conversationId), { recordingState: 'ACTIVE', securePause: false });
  assert.deepEqual(held.isOpen, [true, true]);
});
