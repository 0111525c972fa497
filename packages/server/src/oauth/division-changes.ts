/** Divisions: added, renamed, removed, and users moved between them. */
import { type DivisionId, Fault, type UserId } from '@tacet/domain';
import type { Division, DivisionText } from '../control/identity.ts';
import { checkedDescription, checkedName } from './checked-values.ts';
import { type Changer, eventBy, type IdentityContext } from './identity-context.ts';
import { demandAll, demandAny } from './judge.ts';
import { changeUser } from './user-changes.ts';

export function addDivision(context: IdentityContext, by: Changer, { name, description }: DivisionText): Division {
  demandAll(by, ['authorization:division:add', 'authorization:grant:add'], 'anywhere');
  const id = context.ids.next<DivisionId>();
  const text = { name: checkedName(name), description: checkedDescription(description) };
  return keep(context, by, { id, ...text, isHome: false }, 'added');
}

export function changeDivision(
  context: IdentityContext,
  by: Changer,
  id: DivisionId,
  { name, description }: Partial<DivisionText>,
): Division {
  demandAny(by, ['authorization:division:edit'], 'anywhere');
  const checked = {
    ...(name !== undefined && { name: checkedName(name) }),
    ...(description !== undefined && { description: checkedDescription(description) }),
  };
  return context.change(() => keep(context, by, { ...knownDivision(context, id), ...checked }, 'changed'));
}

export function removeDivision(context: IdentityContext, by: Changer, id: DivisionId): void {
  demandAny(by, ['authorization:division:delete'], 'anywhere');
  context.change((note) => {
    const { identity } = context;
    const { name, isHome } = knownDivision(context, id);
    // Rule: the home division cannot be removed
    if (isHome) throw new Fault('builtInFixed', { entity: 'division', name });
    if (identity.users().some(({ divisionId }) => divisionId === id)) {
      throw new Fault('dependentsExist', { entity: 'division', dependents: 'users' });
    }
    const count = identity.grants({ division: id }).length;
    identity.removeDivision(id);
    const facts = { divisionId: id, change: 'removed', grantCount: count };
    note(eventBy(context, by, { action: 'divisionChanged', name, facts }));
  });
}

export function moveUsers(context: IdentityContext, by: Changer, id: DivisionId, users: readonly UserId[]): void {
  context.change(() => {
    knownDivision(context, id);
    for (const user of users) changeUser(context, by, user, { divisionId: id });
  });
}

/** @throws Fault resourceUnknown */
function knownDivision({ identity }: IdentityContext, id: DivisionId): Division {
  const division = identity.division(id);
  if (division === undefined) throw new Fault('resourceUnknown', { divisionId: id });
  return division;
}

function keep(context: IdentityContext, by: Changer, division: Division, change: 'added' | 'changed'): Division {
  return context.change((note) => {
    context.identity.putDivision(division);
    const facts = { divisionId: division.id, change };
    note(eventBy(context, by, { action: 'divisionChanged', name: division.name, facts }));
    return division;
  });
}
