import { type ExitCode, moveHand, type Operation, printMove } from './evacuate';
import { handMove } from './hand';
import { whatAilsRegion } from './regional-health';
import { afterHolding, afterRestoration } from './timing';

/** An operation that can also hold the Region in service. */
export interface Restoration extends Operation {
  /** Whether the Region is held in service whatever its judge sees. */
  readonly hold: boolean;
}

/**
 * Takes the hand off a Region's switch, so that its judge lets it return when it is fit, or holds the Region in service.
 *
 * @returns 1 when the call failed.
 * @throws BadInput when the Region has no switch.
 */
export async function restore({ config, region, dryRun, hold, outside, print }: Restoration): Promise<ExitCode> {
  const move = handMove(config, region, hold ? 'in-service' : 'automatic');
  printMove(move, print);
  const ailment = await whatAilsRegion(config, region, outside.fetch);
  print(`${region} ${ailment ?? 'answers that it is healthy'}.`);
  if (!(await moveHand(move, { dryRun, outside, print }))) return 1;
  print(hold ? afterHolding(region, move.holder) : afterRestoration(config, region, move.holder));
  return 0;
}
