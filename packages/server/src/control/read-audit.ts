/** The audit log, for those who may read it. */
import { type Actor, type AuditEntry, type AuditQuery, Fault, may, type Page } from '@tacet/domain';
import type { ControlContext } from './context.ts';

/** @throws Fault permissionMissing. */
export async function readAudit(context: ControlContext, actor: Actor, query: AuditQuery): Promise<Page<AuditEntry>> {
  if (!may(actor, 'tacet:audit:view', context.homeDivision)) {
    throw new Fault('permissionMissing', { permissions: ['tacet:audit:view'] });
  }
  return context.store.audit(query);
}
