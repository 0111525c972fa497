/** canary: lint/nursery/useExhaustiveSwitchCases */

export function half(state: 'open' | 'closed'): number {
  let answer = 0;
  switch (state) {
    case 'open':
      answer = 1;
  }
  return answer;
}
