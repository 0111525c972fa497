/** How pauses sound in rendered media: a parameter of recordings that travels on in the address of their media. */
import { type GapStyle, gapStyles } from './ports.ts';
import type { ChoiceParameter } from './query.ts';

export const gapParameter: ChoiceParameter<GapStyle> = { kind: 'choice', name: 'gap', values: gapStyles };
