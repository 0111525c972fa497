/** Who may do what: permissions, the built-in roles, and the two separate rights to pause (P12). */
import type { ClientId, DivisionId, UserId } from './ids.ts';

/** Permissions this server knows, in the contract's `domain:entity:action` form. */
export const permissions = [
  'conversation:recording:pause',
  'conversation:recording:pauseOthers',
  'conversation:communication:view',
  'conversation:communication:disconnect',
  'recording:recording:view',
  'recording:annotation:view',
  'tacet:audit:view',
  'tacet:conversation:view',
] as const;
export type Permission = (typeof permissions)[number];

export type RoleName = 'admin' | 'supervisor' | 'agent' | 'recorder-integration' | 'quality-evaluator';

/** Built-in roles; grants of these are what clients and users hold. */
export const builtInRoles: { readonly [role in RoleName]: readonly Permission[] } = {
  admin: permissions,
  supervisor: [
    'conversation:recording:pause',
    'conversation:recording:pauseOthers',
    'conversation:communication:view',
    'recording:recording:view',
    'recording:annotation:view',
    'tacet:conversation:view',
  ],
  agent: ['conversation:recording:pause'],
  'recorder-integration': [
    'conversation:recording:pauseOthers',
    'conversation:communication:view',
    'tacet:conversation:view',
  ],
  'quality-evaluator': ['conversation:communication:view', 'recording:recording:view', 'recording:annotation:view'],
};

/** One role held within one division; `'*'` reaches every division. */
export interface Grant {
  readonly role: RoleName;
  readonly division: DivisionId | '*';
}

/** Who asks, after the token was checked. */
export interface Actor {
  readonly clientId: ClientId;
  /** Present when the token has a user context; absent for client credentials. */
  readonly userId?: UserId;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Whether `actor` holds `permission` in `division`. */
export function may(actor: Actor, permission: Permission, division: DivisionId): boolean {
  return actor.grants.some((grant) => {
    const reaches = grant.division === '*' || grant.division === division;
    return reaches && builtInRoles[grant.role].includes(permission);
  });
}
