/** The official client sets and lists retention policies, those of media and those across platforms. */
import assert from 'node:assert/strict';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';

interface Policy {
  readonly id: string;
  readonly enabled: boolean;
}

const wish = {
  name: 'Keep for a year',
  order: 1,
  enabled: false,
  conditions: { mediaTypes: ['CALL'], directions: ['INBOUND'] },
  actions: { retainRecording: true, retentionDuration: { deleteRetention: { days: 365 } } },
};

/** Which of the two families an operation belongs to, as the names of its operations have it. */
function familyOf(operation: string): string {
  return operation.includes('Crossplatform') ? 'RecordingCrossplatform' : 'Recording';
}

async function added(scene: ContractUnderTest, operation: string): Promise<{ readonly policyId: string }> {
  const post = `post${familyOf(operation)}Mediaretentionpolicies`;
  return { policyId: (await scene.call<Policy>(post, { body: wish })).id };
}

function read(scene: ContractUnderTest, operation: string, policyId: string): Promise<Policy> {
  return scene.call(`get${familyOf(operation)}Mediaretentionpolicy`, { path: { policyId } });
}

covers('postRecording{,Crossplatform}Mediaretentionpolicies', 'adds a policy', async (scene, operation) => {
  const policy = await scene.call(operation, { body: wish });
  assert.partialDeepStrictEqual(policy, { name: wish.name, enabled: false, actions: wish.actions });
});

covers(
  'getRecording{,Crossplatform}Mediaretentionpolicies',
  'resolves to a page of policies',
  async (scene, operation) => {
    const { policyId } = await added(scene, operation);
    const page = await scene.call(operation, { options: { pageSize: 10, pageNumber: 1, enabled: false } });
    assert.partialDeepStrictEqual(page, { total: 1, entities: [{ id: policyId, name: wish.name }] });
  },
);

covers('getRecording{,Crossplatform}Mediaretentionpolicy', 'resolves to a policy', async (scene, operation) => {
  const path = await added(scene, operation);
  assert.partialDeepStrictEqual(await scene.call(operation, { path }), { id: path.policyId, name: wish.name });
});

covers('putRecording{,Crossplatform}Mediaretentionpolicy', 'changes a policy', async (scene, operation) => {
  const path = await added(scene, operation);
  const before = await read(scene, operation, path.policyId);
  const after = await scene.call(operation, { path, body: { ...before, name: 'Keep for two years' } });
  assert.partialDeepStrictEqual(after, { id: path.policyId, name: 'Keep for two years' });
});

covers('patchRecording{,Crossplatform}Mediaretentionpolicy', 'switches a policy on', async (scene, operation) => {
  const path = await added(scene, operation);
  const after = await scene.call(operation, { path, body: { enabled: true } });
  assert.partialDeepStrictEqual(after, { id: path.policyId, enabled: true });
});

covers('deleteRecording{,Crossplatform}Mediaretentionpolic{y,ies}', 'removes a policy', async (scene, operation) => {
  const path = await added(scene, operation);
  await scene.call(operation, operation.endsWith('ies') ? { options: { ids: path.policyId } } : { path });
  await assert.rejects(read(scene, operation, path.policyId), { status: 404 });
});
