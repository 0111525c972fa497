/** Refusals of oidc-provider as people see them, where no program is there to be told. */
import type { Context } from 'oidc-provider';
import { pageText } from './sign-in/page.ts';
import { endedPage, ourFaultPage, requestFaultPage } from './sign-in/page-message.ts';

/** Pages on the ways of browsers, JSON elsewhere. */
export async function renderRefusal(ctx: Context, out: unknown, error: unknown): Promise<void> {
  const route = ctx.oidc?.route;
  if (route !== 'authorization' && route !== 'resume') {
    ctx.type = 'json';
    ctx.body = out;
    return;
  }
  const { error: name = '', error_description: description = '' } = out as Record<string, string>;
  const isOurs = ctx.status >= 500;
  if (error instanceof Error && error.name === 'SessionNotFound') ctx.status = 410;
  ctx.type = 'html';
  ctx.body = pageText(
    isOurs ? ourFaultPage() : ctx.status === 410 ? endedPage() : requestFaultPage(ctx.status, name, description),
  );
}
