import { readDuration } from '../../../lib/drill/experiments/iso-duration';

test.each([
  ['PT1M', 60],
  ['PT12H', 43_200],
  ['PT1H30M', 5400],
  ['P1D', 86_400],
  ['P1DT2S', 86_402],
  ['PT90S', 90],
])('%s is %d seconds', (text, seconds) => expect(readDuration(text)).toBe(seconds));

test.each(['P', 'PT', 'P1DT', '1M', 'PT1.5M', 'pt1m', 'PT1S1M', 'P1W', '', 60, undefined])(
  '%p is no duration',
  (text) => expect(readDuration(text)).toBeUndefined(),
);
