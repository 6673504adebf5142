import type { QualifiedConfig } from '../config';
import { type HandMove, handMove, rawCommand } from './hand';
import { messageOf } from './regional-health';
import { type Outside, surveyRegions } from './service-survey';
import { afterEvacuation } from './timing';

/** How a command ends: 0 done, 1 not done. */
export type ExitCode = 0 | 1;

/** An operator's command: its outcome, and what it prints on the way. */
export interface Operation {
  /** Config of the application. */
  readonly config: QualifiedConfig;
  /** Region that the command is about. */
  readonly region: string;
  /** Whether it only prints what it would do. */
  readonly dryRun: boolean;
  /** Ways to the world. */
  readonly outside: Outside;
  /** Takes each line of the output. */
  readonly print: (line: string) => void;
}

/**
 * Takes a Region out of DNS by one call to the data plane of the peer that holds its switch, unless it is the last one in service.
 *
 * @returns 1 when no other Region is in service, or the call failed.
 * @throws BadInput when the Region has no switch.
 */
export async function evacuate({ config, region, dryRun, outside, print }: Operation): Promise<ExitCode> {
  const move = handMove(config, region, 'evacuated');
  printMove(move, print);
  const others = await surveyRegions(
    config,
    config.regions.filter((other) => other !== region),
    outside,
  );
  for (const { region: other, inService, reason } of others) {
    print(`${other} ${inService ? 'is in service' : 'does not count as in service'}: ${reason}.`);
  }
  if (!others.some(({ inService }) => inService)) {
    print(`Refused: no other Region is in service, so ${region} is the last one that clients can be sent to.`);
    return 1;
  }
  if (!(await moveHand(move, { dryRun, outside, print }))) return 1;
  print(afterEvacuation(region, move.holder));
  return 0;
}

/** Prints where the switch lies and how to move it without this repository. */
export function printMove(move: HandMove, print: Operation['print']): void {
  print(`The switch of ${move.ward} lies in ${move.holder}. The same by the AWS CLI, for the break-glass card:`);
  print('');
  print(`  ${rawCommand(move)}`);
  print('');
}

/**
 * Moves the hand, or says that it would.
 *
 * @returns whether nothing went wrong.
 */
export async function moveHand(
  { ward, holder, parameter, position }: HandMove,
  { dryRun, outside, print }: Pick<Operation, 'dryRun' | 'outside' | 'print'>,
): Promise<boolean> {
  if (dryRun) {
    print(`Dry run: the hand on the switch of ${ward} stays where it is. Without --dry-run:`);
    return true;
  }
  try {
    await outside.parameters(holder).write(parameter, position);
  } catch (error) {
    print(`Not done: ${parameter} in ${holder} cannot be written: ${messageOf(error)}.`);
    return false;
  }
  print(`Done: the hand on the switch of ${ward} is at ${position}.`);
  return true;
}
