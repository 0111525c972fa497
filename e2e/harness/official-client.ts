/** The contract's official npm client, pointed at a server under test; there is one in a process. */
import platformClient from 'purecloud-platform-client-v2';
import type { Credentials } from './api.ts';

const client = platformClient.ApiClient.instance;
client.config.logger.log_level = client.config.logger.logLevelEnum.level.LNone;

/** Signs in by client credentials. @returns the part of the client that pauses. */
export async function signInOfficially(
  url: string,
  { id, secret }: Credentials,
): Promise<InstanceType<typeof platformClient.ConversationsApi>> {
  const { hostname, port } = new URL(url);
  client.setGateway({
    host: hostname,
    protocol: 'http',
    port: Number(port),
    path_params_login: 'login',
    path_params_api: '',
  });
  await client.loginClientCredentialsGrant(id, secret);
  return new platformClient.ConversationsApi();
}
