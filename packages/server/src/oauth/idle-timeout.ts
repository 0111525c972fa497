/** The time after which tokens of users end when they are not used: read by everybody, set by who runs the organisation. */
import { type Changer, eventBy, type IdentityContext } from './identity-context.ts';
import { demandAny } from './judge.ts';

/**
 * Sets the timeout, in whole minutes from 5 to 480; `undefined` switches it off.
 * @throws Fault permissionMissing or constraintBroken
 */
export function setIdleTimeout(context: IdentityContext, by: Changer, minutes: number | undefined): void {
  demandAny(by, ['directory:organization:admin'], 'anywhere');
  context.change((note) => {
    context.idleness.setTimeoutMinutes(minutes);
    const facts = { minutes: minutes ?? 'off' };
    note(eventBy(context, by, { action: 'idleTimeoutChanged', name: '', facts }));
  });
}
