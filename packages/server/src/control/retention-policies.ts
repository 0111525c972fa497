/** Retention policies: kept and listed as they were set; apply-policies.ts carries them out. */
import {
  type Actor,
  Fault,
  type Permission,
  type PolicyId,
  type PolicyKind,
  type RetentionPolicy,
} from '@tacet/domain';
import { demand, type Request } from './authorise.ts';
import type { ControlContext } from './context.ts';

/** What one says of a policy; conditions and actions as the contract writes them. */
export type PolicyWish = Partial<
  Pick<RetentionPolicy, 'name' | 'description' | 'order' | 'isEnabled' | 'mediaPolicies' | 'conditions' | 'actions'>
>;

export interface PolicyFilter {
  readonly name?: string;
  readonly isEnabled?: boolean;
}

/** A person reads and orders them by hand; beyond this somebody's script runs wild. */
const policiesMax = 1_000;

type Deed = 'view' | 'add' | 'edit' | 'delete';

function rightTo(kind: PolicyKind, deed: Deed): Permission {
  return kind === 'mediaRetentionPolicy'
    ? `recording:retentionPolicy:${deed}`
    : `recording:crossPlatformRetentionPolicy:${deed}`;
}

/** Policies are the installation's, so the right has to reach its home division. */
function demandRight(context: ControlContext, actor: Actor, kind: PolicyKind, deed: Deed): void {
  demand(actor, rightTo(kind, deed), { divisionId: context.homeDivision });
}

async function allOf(context: ControlContext, kind: PolicyKind): Promise<readonly RetentionPolicy[]> {
  const all = await context.store.documentsOf('retentionPolicy');
  return all.filter((policy) => policy.kind === kind).sort((a, b) => a.order - b.order);
}

/** In the order in which they are tried. @throws Fault permissionMissing. */
export async function findPolicies(
  context: ControlContext,
  actor: Actor,
  kind: PolicyKind,
  { name, isEnabled }: PolicyFilter,
): Promise<readonly RetentionPolicy[]> {
  demandRight(context, actor, kind, 'view');
  const wanted = name?.toLowerCase();
  const isWanted = (policy: RetentionPolicy): boolean =>
    (wanted === undefined || policy.name.toLowerCase().includes(wanted)) &&
    (isEnabled === undefined || policy.isEnabled === isEnabled);
  return (await allOf(context, kind)).filter(isWanted);
}

async function policyOf(context: ControlContext, kind: PolicyKind, id: PolicyId): Promise<RetentionPolicy> {
  const found = await context.store.document('retentionPolicy', id);
  if (found === undefined || found.kind !== kind) throw new Fault('resourceUnknown');
  return found;
}

/** @throws Fault permissionMissing or resourceUnknown. */
export async function readPolicy(
  context: ControlContext,
  actor: Actor,
  kind: PolicyKind,
  id: PolicyId,
): Promise<RetentionPolicy> {
  demandRight(context, actor, kind, 'view');
  return policyOf(context, kind, id);
}

async function write(
  context: ControlContext,
  { asked }: Request,
  policies: readonly RetentionPolicy[],
  change: 'added' | 'changed' | 'removed',
): Promise<void> {
  await context.store.commit({
    documents: policies.map((policy) => ({
      kind: 'retentionPolicy',
      id: policy.id,
      value: change === 'removed' ? undefined : policy,
    })),
    audit: policies.map(({ id, kind }) => ({
      at: context.clock.now(),
      action: 'retentionPolicyChanged',
      result: 'done',
      by: asked,
      facts: { policyId: id, kind, change },
    })),
  });
}

async function added(context: ControlContext, kind: PolicyKind, wish: PolicyWish): Promise<RetentionPolicy> {
  const { name } = wish;
  if (name === undefined) throw new Fault('constraintBroken', { field: 'name', problem: 'is missing' });
  const known = await allOf(context, kind);
  if (known.length >= policiesMax)
    throw new Fault('constraintBroken', { field: 'name', problem: 'would be one policy too many' });
  const now = context.clock.now();
  const order = (known.at(-1)?.order ?? 0) + 1;
  const times = { createdAt: now, modifiedAt: now };
  return { id: context.ids.next<PolicyId>(), kind, isEnabled: false, order, ...wish, name, ...times };
}

/**
 * Adds a policy, switched off unless the wish says otherwise, or changes what is given of a known one.
 * @throws Fault permissionMissing, resourceUnknown, constraintBroken or storageUnavailable.
 */
export async function putPolicy(
  context: ControlContext,
  request: Request,
  which: { readonly kind: PolicyKind; readonly id?: PolicyId },
  wish: PolicyWish,
): Promise<RetentionPolicy> {
  const { kind, id } = which;
  demandRight(context, request.actor, kind, id === undefined ? 'add' : 'edit');
  const modifiedAt = context.clock.now();
  const policy =
    id === undefined
      ? await added(context, kind, wish)
      : { ...(await policyOf(context, kind, id)), ...wish, modifiedAt };
  await write(context, request, [policy], id === undefined ? 'added' : 'changed');
  return policy;
}

/**
 * Removes policies, all of those that are named or none.
 * @throws Fault permissionMissing, resourceUnknown or storageUnavailable.
 */
export async function removePolicies(
  context: ControlContext,
  request: Request,
  kind: PolicyKind,
  ids: readonly PolicyId[],
): Promise<void> {
  demandRight(context, request.actor, kind, 'delete');
  const policies = await Promise.all([...new Set(ids)].map((id) => policyOf(context, kind, id)));
  await write(context, request, policies, 'removed');
}
