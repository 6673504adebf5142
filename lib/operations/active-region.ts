import { BadInput, quoteFound } from '../bad-input';
import type { QualifiedConfig } from '../config';

/**
 * A Region that the command line names, if it is one of the active ones.
 *
 * @throws BadInput when it is not.
 */
export function activeRegion({ regions }: QualifiedConfig, word: string, field = 'REGION'): string {
  if (regions.includes(word)) return word;
  throw new BadInput('the command line', [
    {
      field,
      found: quoteFound(word),
      allowed: `an active Region: ${regions.join(', ')}`,
      remedy: 'name the Region as the config does, or give another config with --config FILE',
    },
  ]);
}
