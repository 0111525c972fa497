/** The doors to retention policies: two families of the contract over one use-case. */
import {
  Fault,
  type Permission,
  type PolicyId,
  type PolicyKind,
  type RetentionPolicy,
  toIso,
  uuidAs,
} from '@tacet/domain';
import type { TSchema } from 'typebox';
import { findPolicies, type PolicyWish, putPolicy, readPolicy, removePolicies } from '../control/index.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  CrossPlatformPolicy,
  Policy,
  PolicyBody,
  PolicyEntityListing,
  PolicyPutBody,
  PolicyUpdateBody,
} from './models/recording-care.ts';
import { pageNumberParameter, pageSizeParameter, placeIn } from './page-parameters.ts';
import { type ChoiceParameter, choiceOf, type TextParameter, textOf } from './query.ts';
import { listing } from './view-page.ts';

interface Family {
  readonly kind: PolicyKind;
  readonly path: string;
  /** How the official clients' method names end, for one and for several. */
  readonly one: string;
  readonly several: string;
  readonly right: (deed: 'view' | 'add' | 'edit' | 'delete') => Permission;
  readonly model: TSchema;
  /** The contract names 200 for removing policies of one family and nothing for the other. */
  readonly removedStatus: 200 | 204;
}

const families: readonly Family[] = [
  {
    kind: 'mediaRetentionPolicy',
    path: '/api/v2/recording/mediaretentionpolicies',
    one: 'RecordingMediaretentionpolicy',
    several: 'RecordingMediaretentionpolicies',
    right: (deed) => `recording:retentionPolicy:${deed}`,
    model: Policy,
    removedStatus: 200,
  },
  {
    kind: 'crossPlatformPolicy',
    path: '/api/v2/recording/crossplatform/mediaretentionpolicies',
    one: 'RecordingCrossplatformMediaretentionpolicy',
    several: 'RecordingCrossplatformMediaretentionpolicies',
    right: (deed) => `recording:crossPlatformRetentionPolicy:${deed}`,
    model: CrossPlatformPolicy,
    removedStatus: 204,
  },
];

const nameParameter: TextParameter = { kind: 'text', name: 'name', charactersMax: 256 };
const enabledParameter: ChoiceParameter<'true' | 'false'> = {
  kind: 'choice',
  name: 'enabled',
  values: ['true', 'false'],
};
const idsParameter: TextParameter = { kind: 'text', name: 'ids', charactersMax: 4_000 };

type PolicyBodyRead = Partial<Omit<PolicyWish, 'isEnabled'>> & { readonly enabled?: boolean };

/** The wish without the members that the contract's model has beside it. */
function wishOf({ name, description, order, enabled, mediaPolicies, conditions, actions }: PolicyBodyRead): PolicyWish {
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(order === undefined ? {} : { order }),
    ...(enabled === undefined ? {} : { isEnabled: enabled }),
    ...(mediaPolicies === undefined ? {} : { mediaPolicies }),
    ...(conditions === undefined ? {} : { conditions }),
    ...(actions === undefined ? {} : { actions }),
  };
}

function policyModel(family: Family, policy: RetentionPolicy): object {
  const { id, kind: _kind, isEnabled, createdAt, modifiedAt, ...rest } = policy;
  const dates = { createdDate: toIso(createdAt), modifiedDate: toIso(modifiedAt) };
  return { id, ...rest, enabled: isEnabled, ...dates, selfUri: `${family.path}/${id}` };
}

function policyIdOf(text: string | undefined): PolicyId {
  const id = uuidAs<PolicyId>(text ?? '');
  if (id === undefined) throw new Fault('resourceUnknown');
  return id;
}

async function answerList({ control }: HttpContext, family: Family, call: GuardedCall): Promise<Answer> {
  const { query, url } = call;
  const { pageSize, pageNumber } = placeIn(query);
  const name = textOf(query, nameParameter);
  const enabled = choiceOf(query, enabledParameter);
  const all = await findPolicies(control, call.actor, family.kind, {
    ...(name === undefined ? {} : { name }),
    ...(enabled === undefined ? {} : { isEnabled: enabled === 'true' }),
  });
  const page = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  const entities = page.map((policy) => policyModel(family, policy));
  return ok(listing(entities, { url, pageSize, pageNumber, total: all.length }));
}

function readingDoors(http: HttpContext, family: Family): readonly GuardedDoor[] {
  const shared = { method: 'GET', access: [family.right('view')], area: 'recordings' } as const;
  return [
    {
      ...shared,
      path: family.path,
      operation: `get${family.several}`,
      summary: 'Retention policies in the order in which they are tried.',
      parameters: [pageSizeParameter, pageNumberParameter, nameParameter, enabledParameter],
      answers: { 200: PolicyEntityListing },
      answer: (call) => answerList(http, family, call),
    },
    {
      ...shared,
      path: `${family.path}/{policyId}`,
      operation: `get${family.one}`,
      summary: 'A retention policy.',
      answers: { 200: family.model },
      answer: async (call) => {
        const policy = await readPolicy(http.control, call.actor, family.kind, policyIdOf(call.path['policyId']));
        return ok(policyModel(family, policy));
      },
    },
  ];
}

function settingDoors({ control }: HttpContext, family: Family): readonly GuardedDoor[] {
  const { kind, model, path, right } = family;
  const put = async (call: Omit<GuardedCall, 'body'>, body: PolicyBodyRead): Promise<Answer> => {
    const { actor, asked } = call;
    const id = 'policyId' in call.path ? { id: policyIdOf(call.path['policyId']) } : {};
    return ok(policyModel(family, await putPolicy(control, { actor, asked }, { kind, ...id }, wishOf(body))));
  };
  const shared = { answers: { 200: model }, area: 'recordings' } as const;
  const onePath = `${path}/{policyId}`;
  return [
    withBody({
      ...shared,
      method: 'POST',
      path,
      operation: `post${family.several}`,
      summary: 'Adds a retention policy; it is off until it is enabled.',
      description: 'Policies are kept and listed as they are set. What carries them out is not part of this version.',
      access: [right('add')],
      body: PolicyBody,
      answer: (call) => put(call, call.body),
    }),
    withBody({
      ...shared,
      method: 'PUT',
      path: onePath,
      operation: `put${family.one}`,
      summary: 'Changes a retention policy.',
      access: [right('edit')],
      body: PolicyPutBody,
      answer: (call) => put(call, call.body),
    }),
    withBody({
      ...shared,
      method: 'PATCH',
      path: onePath,
      operation: `patch${family.one}`,
      summary: 'Switches a retention policy on or off.',
      access: [right('edit')],
      body: PolicyUpdateBody,
      answer: (call) => put(call, call.body),
    }),
  ];
}

function removingDoors({ control }: HttpContext, family: Family): readonly GuardedDoor[] {
  const { kind, path, removedStatus } = family;
  const remove = async ({ actor, asked }: GuardedCall, ids: readonly PolicyId[]): Promise<Answer> => {
    await removePolicies(control, { actor, asked }, kind, ids);
    return { status: removedStatus };
  };
  const shared = {
    method: 'DELETE',
    access: [family.right('delete')],
    area: 'recordings',
    answers: { [removedStatus]: undefined },
  } as const;
  return [
    {
      ...shared,
      path,
      operation: `delete${family.several}`,
      summary: 'Removes the retention policies that are named, all of them or none.',
      parameters: [idsParameter],
      answer: async (call) => {
        const { ids } = call.query;
        const texts = (typeof ids === 'object' ? ids : [ids ?? '']).flatMap((text) => text.split(','));
        return remove(call, texts.map(policyIdOf));
      },
    },
    {
      ...shared,
      path: `${path}/{policyId}`,
      operation: `delete${family.one}`,
      summary: 'Removes a retention policy.',
      answer: (call) => remove(call, [policyIdOf(call.path['policyId'])]),
    },
  ];
}

export function retentionPolicyDoors(http: HttpContext): readonly GuardedDoor[] {
  return families.flatMap((family) => [
    ...readingDoors(http, family),
    ...settingDoors(http, family),
    ...removingDoors(http, family),
  ]);
}
