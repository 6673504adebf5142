import { findOutage, transpose } from '../../outages';
import { outageFaults } from '../faults/outage-faults';
import type { Scenario } from './scenario';

/** How an outage is moved. */
export interface OutagePlace {
  /** Its id, or a beginning of it that no other id shares. */
  readonly outageId: string;
  readonly struckRegion: string;
  /** Region that is struck along with it, where several were struck in history. @default - none */
  readonly partnerRegion?: string;
  /** Hours of it to keep. @default - all of it, if it is over */
  readonly hours?: number;
}

/**
 * An outage of the catalogue, moved onto a Region.
 *
 * @throws BadInput for an outage, a Region or a length that cannot be used.
 */
export function outageScenario({ outageId, struckRegion, partnerRegion, hours }: OutagePlace): Scenario {
  const outage = findOutage(outageId);
  const transposed = transpose(outage, struckRegion, {
    ...(partnerRegion === undefined ? {} : { partnerRegion }),
    // One that is over keeps its whole course, however little of it is replayed.
    ...(hours === undefined || outage.end !== null ? {} : { limitHours: hours }),
  });
  const { id, title, struckRegions, originalRegion, durationSeconds, phases, laterPhases } = transposed;
  return {
    id,
    title,
    struckRegions,
    ...(originalRegion === undefined ? {} : { originalRegion }),
    startMs: Date.parse(outage.start),
    durationSeconds,
    phases,
    laterPhases,
    faultsIn: (assembly, strikeMs, limitMs) => outageFaults(transposed, assembly, strikeMs, limitMs),
  };
}
