/** A program that is no participant of any call: the official npm client, pointed at this server. */
import platformClient from 'purecloud-platform-client-v2';

export interface Stranger {
  readonly setRecordingState: (conversationId: string, recordingState: 'PAUSED' | 'ACTIVE') => Promise<string>;
  /** The recordings of a conversation as the contract lists them. */
  readonly recordings: (conversationId: string) => Promise<readonly StrangersRecording[]>;
}

export interface StrangersRecording {
  readonly id?: string;
  readonly mediaUris?: { readonly [key: string]: { readonly mediaUri?: string } };
  readonly annotations?: readonly {
    readonly reason?: string;
    readonly location?: number;
    readonly durationMs?: number;
  }[];
}

/**
 * Signs in by client credentials.
 * @param url base URL of the server.
 */
export async function signInStranger(url: string, clientId: string, clientSecret: string): Promise<Stranger> {
  const { hostname, port, protocol } = new URL(url);
  const client = platformClient.ApiClient.instance;
  client.setGateway({
    host: hostname,
    protocol: protocol.replace(':', ''),
    port: Number(port),
    path_params_login: 'login',
    path_params_api: '',
  });
  await client.loginClientCredentialsGrant(clientId, clientSecret);
  const conversations = new platformClient.ConversationsApi();
  const recordings = new platformClient.RecordingApi();
  return {
    setRecordingState: async (conversationId, recordingState) =>
      String(await conversations.putConversationsCallRecordingstate(conversationId, { recordingState })),
    recordings: async (conversationId) =>
      (await recordings.getConversationRecordings(conversationId, {
        formatId: 'WAV',
      })) as readonly StrangersRecording[],
  };
}
