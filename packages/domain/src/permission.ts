/** Who may do what: policies, roles, grants in divisions, and the two separate rights to pause (P12). */
import type { ClientId, DivisionId, RoleId, UserId } from './ids.ts';
import type { Instant } from './instant.ts';
import { type Permission, permissions } from './permissions.ts';

/** What a role allows, as the contract's `DomainPermissionPolicy` writes it; `'*'` stands for all of a kind. */
export interface PermissionPolicy {
  readonly domain: string;
  readonly entity: string;
  readonly actions: readonly string[];
}

/** A named set of policies that can be granted. */
export interface Role {
  readonly id: RoleId;
  readonly name: string;
  readonly description: string;
  readonly policies: readonly PermissionPolicy[];
  /** The built-in role that it is; absent for one that somebody added. */
  readonly builtIn?: RoleName;
}

/** One role held within one division; `'*'` reaches every division. */
export interface Grant {
  readonly roleId: RoleId;
  readonly division: DivisionId | '*';
  readonly grantedAt: Instant;
}

/** A grant resolved: what may be done, and where. */
export interface Right {
  readonly permissions: ReadonlySet<Permission>;
  readonly division: DivisionId | '*';
}

/** Who asks, after the token was checked. */
export interface Actor {
  readonly clientId: ClientId;
  /** Present when the token has a user context; absent for client credentials. */
  readonly userId?: UserId;
  readonly name: string;
  readonly rights: readonly Right[];
  /** What a user's token was limited to (contract: scopes); absent where it has no limits. */
  readonly scopes?: readonly string[];
}

export const roleNames = ['admin', 'supervisor', 'agent', 'recorder-integration', 'quality-evaluator'] as const;
export type RoleName = (typeof roleNames)[number];

/** The permissions that a role's policies give; names that this server does not know give nothing. */
export function permissionsOf(policies: readonly PermissionPolicy[]): ReadonlySet<Permission> {
  const gives = (pattern: string, value: string | undefined): boolean => pattern === '*' || pattern === value;
  const isGiven = (permission: Permission): boolean => {
    const [domain, entity, action] = permission.split(':');
    return policies.some(
      (policy) =>
        gives(policy.domain, domain) &&
        gives(policy.entity, entity) &&
        policy.actions.some((pattern) => gives(pattern, action)),
    );
  };
  return new Set(permissions.filter(isGiven));
}

/** Whether `actor` holds `permission` in `division`. */
export function may(actor: Actor, permission: Permission, division: DivisionId): boolean {
  return actor.rights.some(
    (right) => (right.division === '*' || right.division === division) && right.permissions.has(permission),
  );
}

/** Whether `actor` holds `permission` in any division at all: for lists, which then show only what is within reach. */
export function mayAnywhere(actor: Actor, permission: Permission): boolean {
  return actor.rights.some((right) => right.permissions.has(permission));
}
