import { findOutage, transpose } from '../../outages';
import { outageFaults } from '../faults/outage-faults';
import type { Scenario } from './scenario';

/**
 * An outage of the catalogue, moved onto a Region.
 *
 * @param outageId Its id, or a beginning of it that no other id shares.
 * @throws BadInput for an outage or a Region that cannot be used.
 */
export function outageScenario(outageId: string, struckRegion: string): Scenario {
  const outage = findOutage(outageId);
  const transposed = transpose(outage, struckRegion);
  const { id, title, originalRegion, durationSeconds, phases } = transposed;
  return {
    id,
    title,
    struckRegions: [struckRegion],
    originalRegion,
    startMs: Date.parse(outage.start),
    durationSeconds,
    phases,
    faultsIn: (assembly, strikeMs, limitMs) => outageFaults(transposed, assembly, strikeMs, limitMs),
  };
}
