import { NotModelled } from '../not-modelled';
import { modelConstant } from './constants';
import type { Geography } from './round-trips';

/** Where a question comes from, as Route 53 tells places apart. */
export interface Place {
  /** Two letters, for example `EU`. */
  readonly continent: string;
  /** Two letters of ISO 3166-1. @default - nobody knows which country of the continent */
  readonly country?: string;
  /** Two letters of a state of the United States. @default - another country, or nobody knows which state */
  readonly subdivision?: string;
}

const REGIONS = modelConstant('geo.region').value as Readonly<Record<string, readonly string[]>>;
const BEYOND = modelConstant('geo.client.beyondProxy').value as Readonly<Record<string, readonly string[]>>;

/**
 * The place of a geography: that of the Region whose round trips stand for it. Those whose proxy lies on another continent
 * are known by their own continent only.
 *
 * Simplified: a geography is one place, so that records for its other countries or states are asked for by nobody.
 *
 * @throws NotModelled for a Region that has no place in the model.
 */
export function placeOf({ id, proxy }: Geography): Place {
  const place = BEYOND[id] ?? REGIONS[proxy];
  if (!place) throw new NotModelled(`the place of Region ${proxy}: not in constant geo.region`);
  const [continent = '', country, subdivision] = place;
  return {
    continent,
    ...(country === undefined ? {} : { country }),
    ...(subdivision === undefined ? {} : { subdivision }),
  };
}
