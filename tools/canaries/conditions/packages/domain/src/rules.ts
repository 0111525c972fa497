/** Two rules: one has its test, the other has a test with nearly the same words. */

export function mayPause(isParticipant: boolean): boolean {
  // Rule: only an active participant may pause the conversation.
  return isParticipant;
}

export function mayResume(isParticipant: boolean): boolean {
  // Rule: only an active participant
  // may resume the conversation.
  // canary: untested-rule: no test is titled "only an active participant may resume the conversation."
  return isParticipant;
}
