/** The SIP edge, built from settings and the files that they name. */
import type { RecordingId, Trunk } from '@tacet/domain';
import { startAdmission } from './admission.ts';
import { type Config, SettingError } from './config.ts';
import type { ControlContext } from './control/index.ts';
import type { Log } from './log.ts';
import { createSipServer, type SipServer, type SipTlsOptions, sipEdgeLimits } from './sip/index.ts';
import { type CertificateFiles, readCertificates, watchCertificates } from './sip-certificates.ts';
import { readTrunks } from './trunks.ts';
import type { NodeMediaHost } from './voice/index.ts';

/** What was read and found good before anything was started. */
export interface SipFiles {
  readonly tls: (SipTlsOptions & { readonly files: CertificateFiles }) | undefined;
  readonly trunks: readonly Trunk[] | undefined;
}

/** @throws SettingError when a file that a setting names cannot be used. */
export function readSipFiles(config: Config): SipFiles {
  const { sipTls, trunksFile } = config;
  const trunks = trunksFile === undefined ? undefined : readTrunks(trunksFile);
  const named = trunks?.find(({ clientName }) => clientName !== undefined);
  if (named !== undefined && (sipTls === undefined || sipTls.clients === 'off')) {
    throw new SettingError(`The trunk "${named.name}" has a clientName, which needs TACET_SIP_TLS_CLIENTS.`);
  }
  if (sipTls === undefined) return { tls: undefined, trunks };
  const { listen, clients, files } = sipTls;
  return { tls: { listen, clients, files, credentials: readCertificates(files) }, trunks };
}

export interface SipNeeds {
  readonly config: Config;
  readonly files: SipFiles;
  readonly context: ControlContext;
  readonly log: Log;
  readonly media: NodeMediaHost;
  /** What was kept of recordings that go on. */
  readonly sources: ReadonlyMap<RecordingId, unknown>;
  /** How it ends, when it does. */
  readonly ending: { readonly how: 'end' | 'handover' };
}

/** Starts it. Its certificates are looked at until the stack is disposed. */
export async function startSip(needs: SipNeeds, stack: AsyncDisposableStack): Promise<SipServer> {
  const { config, context, log, media } = needs;
  const { tls, trunks } = needs.files;
  const load = () => ({ freePortCount: media.freePortCount, workers: media.gauges() });
  const admission = startAdmission({ clock: context.clock, dataDir: config.dataDir, load });
  stack.defer(admission.stop);
  const sip = createSipServer({
    listen: config.sipListen,
    ...(tls === undefined ? {} : { tls }),
    ...(trunks === undefined ? {} : { trunks }),
    admission: admission.ask,
    publicAddress: config.publicAddress,
    context,
    log,
    sources: needs.sources,
  });
  stack.defer(() => sip.stop(needs.ending.how));
  await sip.start();
  if (tls === undefined) return sip;
  const stop = watchCertificates(tls.files, {
    clock: context.clock,
    everyMs: sipEdgeLimits.certificateCheckMs,
    onChange: (credentials) => {
      sip.renewTls(credentials);
      log.info('certificatesRenewed');
    },
    onTrouble: (reason) => context.raise({ what: 'certificatesUnusable', facts: { reason } }),
  });
  stack.defer(stop);
  return sip;
}
