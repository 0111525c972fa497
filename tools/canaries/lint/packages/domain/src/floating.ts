/** canary: lint/nursery/noFloatingPromises */

async function later(): Promise<void> {
  await null;
}

export function forgets(): void {
  later();
}
