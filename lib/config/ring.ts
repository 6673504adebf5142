/**
 * The ring in which active Regions look after each other: each holds the switch of the Region before it in the order of the config and
 * judges it from outside. So a lost Region's switch is in a Region that is not lost, and every Region has exactly one ward.
 *
 * Adding a Region at the end moves the switch of the Region that was last to it; all others stay where they are.
 */

/**
 * Region that holds the switch of a ward: the next one.
 *
 * @param regions Active Regions in the order of the config, at least two.
 * @param ward Region to look after, one of them.
 * @throws RangeError when there is no such Region or no other one.
 */
export function holderOf(regions: readonly string[], ward: string): string {
  return neighbourOf(regions, ward, 1);
}

/**
 * Region that a holder looks after: the one before it.
 *
 * @param regions Active Regions in the order of the config, at least two.
 * @param holder Region that holds the switch, one of them.
 * @throws RangeError when there is no such Region or no other one.
 */
export function wardOf(regions: readonly string[], holder: string): string {
  return neighbourOf(regions, holder, -1);
}

function neighbourOf(regions: readonly string[], region: string, step: number): string {
  const place = regions.indexOf(region);
  const neighbour = regions[(place + step + regions.length) % regions.length];
  if (place === -1 || neighbour === undefined || neighbour === region) {
    throw new RangeError(`${region} has no neighbour among ${regions.join(', ') || 'no Regions'}`);
  }
  return neighbour;
}
