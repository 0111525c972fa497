/** Which members of the contract's models are dates: the declarations say no more than that they are strings. */

const name = /^date($|[A-Z])|(Date|Time|At)$|^(expires|timestamp|time|lastUpdated|inactivityTimeout)$/;

/** Members that are called like dates and are none: times of day, lengths of time, and ways to write a date. */
const others: ReadonlySet<string> = new Set([
  'ConversationContentDatePicker.dateDisplayFormat',
  'Recording.restoreExpirationTime',
  'RecordingMetadata.restoreExpirationTime',
  'TimeSlot.startTime',
  'TimeSlot.stopTime',
]);

export function isDate(model: string, member: string): boolean {
  return name.test(member) && !others.has(`${model}.${member}`);
}
