/** The official clients set and read wrap-ups. */
import assert from 'node:assert/strict';
import { Changed } from './changed-conversation.ts';
import { covers } from './covers.ts';

const all = { code: 'sold', name: 'Sold', notes: 'a note', tags: ['a', 'b'], durationSeconds: 7 };

/** What is read of it; the name is not in that model. */
const told = { code: 'sold', notes: 'a note', tags: ['a', 'b'], durationSeconds: 7 };

covers(
  'getConversation{,sCall,sCallback,sChat,sCobrowsesession,sEmail,sMessage}ParticipantWrapup',
  'tells the newest wrap-up, provisional or not, and that there is none',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    await assert.rejects(changed.call(), { status: 404, code: 'not.found' });
    const patch = { operation: operation.replace(/^get/, 'patch').replace(/Wrapup$/, '') };
    await changed.call({ wrapup: { ...all, provisional: true } }, patch);
    await assert.rejects(changed.call(), { status: 404, code: 'not.found' });
    await changed.call({ wrapup: { ...all, endTime: '2026-06-01T12:00:00.000Z' } }, patch);
    assert.deepEqual(await changed.call(), { ...told, endTime: '2026-06-01T12:00:00.000Z' });
    const given = { path: changed.ids, options: { provisional: true } };
    await assert.rejects(scene.call(operation, given, changed.token), { status: 404, code: 'not.found' });
  },
);

covers(
  'getConversation{,sCall,sCallback,sChat,sCobrowsesession,sEmail,sMessage}ParticipantWrapupcodes',
  'tells the codes that were given',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    assert.deepEqual(await changed.call(), []);
    const patch = { operation: operation.replace(/^get/, 'patch').replace(/Wrapupcodes$/, '') };
    await changed.call({ wrapup: all }, patch);
    assert.deepEqual(await changed.call(), [{ id: 'sold', name: 'Sold' }]);
  },
);

covers(
  'getConversations{Call,Callback,Chat,Cobrowsesession,Email,Message,Screenshare,Social,Video}ParticipantCommunicationWrapup',
  'tells the wrap-up of one communication',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    await assert.rejects(changed.call(), { status: 404, code: 'not.found' });
    await changed.call(all, { operation: operation.replace(/^get/, 'post') });
    assert.partialDeepStrictEqual(await changed.call(), told);
  },
);

covers(
  'postConversations{Call,Callback,Chat,Cobrowsesession,Email,Message,Screenshare,Social,Video}ParticipantCommunicationWrapup',
  'wraps one communication up',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    await changed.call(all);
    assert.partialDeepStrictEqual((await changed.communication()).wrapup, all);
    const without = { status: 400, code: 'conversation.error.wrapup.code.required' };
    await assert.rejects(changed.call({ notes: 'no code' }), without);
  },
);
