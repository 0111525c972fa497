/** Refusals that an operation cannot give, each with its reason; the table of refusals asks for all others. */

export type Refusal = 'wrong token' | 'no permission' | 'unknown id' | 'wrong body' | 'wrong parameter' | 'no user';

const heldByNobody = 'a permission that this server does not know is held by nobody';

export const exceptions: { readonly [operation: string]: { readonly [refusal in Refusal]?: string } } = {
  getAuthorizationDivisions: { 'wrong parameter': 'objects are not counted, so nothing depends on objectCount' },
  getAuthorizationDivisionspermittedMe: { 'wrong parameter': heldByNobody },
  getAuthorizationDivisionspermittedPagedMe: { 'wrong parameter': heldByNobody },
  getRecordingSettings: { 'wrong parameter': 'there are always settings, so nothing depends on createDefault' },
  postAuthorizationDivisionObject: { 'unknown id': 'the least that can be moved is nobody' },
  putConversationRecording: { 'wrong parameter': 'nothing is exported, so clearExport has nothing to clear' },
};
