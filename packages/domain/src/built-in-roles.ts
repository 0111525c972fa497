/** The roles that every installation has from the start. */
import type { DivisionId, RoleId } from './ids.ts';
import { type PermissionPolicy, permissionsOf, type Right, type Role, type RoleName, roleNames } from './permission.ts';

function policy(domain: string, entity: string, ...actions: readonly string[]): PermissionPolicy {
  return { domain, entity, actions };
}

const transfers = [
  'blindTransfer',
  'blindTransferAgent',
  'blindTransferExternal',
  'blindTransferExternalContact',
  'blindTransferQueue',
  'consultTransfer',
  'consultTransferAgent',
  'consultTransferExternal',
  'consultTransferExternalContact',
  'consultTransferQueue',
];

/** What working on one's conversations takes. */
const handling: readonly PermissionPolicy[] = [
  policy('conversation', 'communication', ...transfers),
  policy('conversation', 'participant', 'wrapup'),
  policy('conversation', 'call', 'record'),
  policy('conversation', 'callback', 'create', 'edit'),
  policy('conversation', 'email', 'create', 'send', 'park'),
  policy('conversation', 'emailAttachment', 'add'),
  policy('conversation', 'message', 'create', 'park'),
  policy('conversation', 'webchat', 'create'),
  policy('video', 'video', 'access'),
];

/** Listening to recordings and marking them. */
const evaluating: readonly PermissionPolicy[] = [
  policy('conversation', 'communication', 'view'),
  policy('recording', 'recording', 'view'),
  policy('recording', 'screenRecording', 'view'),
  policy('recording', 'annotation', 'view', 'add', 'edit', 'delete'),
];

interface BuiltIn {
  readonly id: string;
  readonly description: string;
  readonly policies: readonly PermissionPolicy[];
}

/** Ids are the same everywhere, so that scripts can name them. */
const table: { readonly [role in RoleName]: BuiltIn } = {
  admin: {
    id: '7ac37000-0000-4000-8000-000000000001',
    description: 'May do everything.',
    policies: [policy('*', '*', '*')],
  },
  supervisor: {
    id: '7ac37000-0000-4000-8000-000000000002',
    description: 'Sees conversations and recordings, pauses any of them, and works on conversations.',
    policies: [
      ...handling,
      ...evaluating,
      // The contract's right to end conversations reaches everybody's, and so do those to take and give them.
      policy('conversation', 'communication', 'disconnect'),
      ...['call', 'callback', 'email', 'message', 'webchat'].map((type) =>
        policy('conversation', type, 'assign', 'pull'),
      ),
      policy('conversation', 'recording', 'pause', 'pauseOthers'),
      policy('conversation', 'participant', 'attributesview', 'attributesedit'),
      policy('conversation', 'externalTag', 'edit'),
      policy('tacet', 'conversation', 'view'),
    ],
  },
  agent: {
    id: '7ac37000-0000-4000-8000-000000000003',
    description: 'Works on conversations, and pauses those in which the user takes part.',
    policies: [...handling, policy('conversation', 'recording', 'pause')],
  },
  'recorder-integration': {
    id: '7ac37000-0000-4000-8000-000000000004',
    description: 'Brings conversations in, sees them, and pauses any of them; hears no recording.',
    policies: [
      policy('conversation', 'recording', 'pauseOthers'),
      policy('conversation', 'communication', 'view', 'disconnect'),
      policy('conversation', 'participant', 'attributesview', 'attributesedit'),
      policy('conversation', 'externalTag', 'edit'),
      policy('conversation', 'callback', 'create'),
      policy('conversation', 'email', 'create'),
      policy('conversation', 'message', 'create', 'receive'),
      policy('conversation', 'webchat', 'create'),
      policy('tacet', 'conversation', 'view', 'add'),
    ],
  },
  'quality-evaluator': {
    id: '7ac37000-0000-4000-8000-000000000005',
    description: 'Sees conversations, plays recordings, and puts bookmarks into them.',
    policies: evaluating,
  },
};

export const builtInRoles: { readonly [role in RoleName]: Role } = Object.fromEntries(
  roleNames.map((name) => {
    const { id, description, policies } = table[name];
    return [name, { id: id as RoleId, name, description, policies, builtIn: name }];
  }),
) as { readonly [role in RoleName]: Role };

/** What a built-in role gives in a division. */
export function builtInRight(role: RoleName, division: DivisionId | '*'): Right {
  return { permissions: permissionsOf(builtInRoles[role].policies), division };
}
