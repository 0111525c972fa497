/** Names that the glossary has better words for. */

export class GateImpl {} // canary: banned-name: "GateImpl"
export class GateManager {} // canary: banned-name: "GateManager"
export class PauseService {} // canary: banned-name: "PauseService"
export type IGate = object; // canary: banned-name: "IGate"
export class GateException {} // canary: banned-name: "GateException"
export const session: number = 1; // canary: banned-name: "session"
export type KeyService = object;
