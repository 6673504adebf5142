import type { QualifiedConfig } from '../config';

/**
 * Minutes until a move of the hand has reached clients: up to one until the judge's next minute, up to one for its probes, up to two
 * until Route 53 has the metric's value, one until resolvers ask again.
 *
 * Some resolvers and clients keep an address longer than they should; `docs/decisions/0016-objectives-that-dns-can-keep.md` counts them.
 */
export const MINUTES_TO_CLIENTS = 5;

/** What happens after an evacuation by hand. */
export function afterEvacuation(ward: string, holder: string): string {
  return (
    `The judge in ${holder} reads the hand within a minute and takes ${ward} out of DNS, once another Region answers the shared name. ` +
    `Most clients have left after about ${MINUTES_TO_CLIENTS} minutes. It stays out until it is restored.`
  );
}

/** What happens after the hand is taken off. */
export function afterRestoration(config: QualifiedConfig, ward: string, holder: string): string {
  const { recoveryMinutes, returnMinutes } = config.judge;
  return (
    `The judge in ${holder} decides again. If it has ${ward} out, ${ward} returns after ${recoveryMinutes} clean minutes with replication ` +
    `caught up: first a tenth of its clients for ${returnMinutes} minutes, then all, each step within about ${MINUTES_TO_CLIENTS} minutes.`
  );
}

/** What happens after a Region is held in service. */
export function afterHolding(ward: string, holder: string): string {
  return (
    `The judge in ${holder} lets all clients of ${ward} return at once, within about ${MINUTES_TO_CLIENTS} minutes, and no longer ` +
    `evacuates it, whatever it sees, until it is restored without --hold. The endpoint check still does.`
  );
}
