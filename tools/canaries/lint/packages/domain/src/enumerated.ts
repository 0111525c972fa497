/** canary: lint/style/noEnum */

export enum Gate {
  Open,
  Closed,
}
