import { describeTurns } from '../report/render-dns';
import { replayCommand } from '../report/render-report';
import { count, duration } from '../report/render-values';
import { describeCause } from '../report/report-causes';
import type { BlueprintReport } from '../run-drill';
import type { FailureCause } from '../verdict/client-score';
import { type Expectation, expectationList } from './expectations';

/**
 * The story of a drill in five lines: what struck, what was asked and what was reached, whom it hit and why, what DNS did, and the command
 * that replays it.
 *
 * @param twist What stands before the list of what was asked. @default - nothing
 */
export function tellStory(report: BlueprintReport, expectations: readonly Expectation[], twist = ''): string {
  return [
    strikeLine(report),
    `asked: ${twist}${expectationList(expectations)}`,
    causeLine(report, (cause) => describeCause(cause, report).slice(0, 2).join(': ')),
    `DNS: ${describeTurns(report.dns, report.scenario.durationSeconds)}`,
    `replay: ${replayCommand(report)}`,
  ].join('\n');
}

function strikeLine({ scenario, profile, seed }: BlueprintReport): string {
  const { id, title, struckRegion, originalRegion, durationSeconds } = scenario;
  const where =
    scenario.kind === 'schedule' ? '' : ` struck ${originalRegion === undefined ? 'every Region' : struckRegion}`;
  return `struck: ${id} (${title})${where} for ${duration(durationSeconds)}, ${profile} consistency, seed ${seed}`;
}

/**
 * How many operations failed, and most of them why.
 *
 * @param describe Puts a cause in words.
 */
export function causeLine(
  { causes, clients }: Pick<BlueprintReport, 'causes' | 'clients'>,
  describe: (cause: FailureCause) => string,
): string {
  const [first, ...others] = causes;
  if (!first) return 'why: no operation of a client failed';
  const failed = `${count(clients.failed)} of ${count(clients.requests)} operations failed`;
  const share = Math.round((100 * first.operations) / clients.failed);
  const rest = others.length === 0 ? '' : `; ${others.length} other ${others.length === 1 ? 'reason' : 'reasons'}`;
  return `why: ${failed}, ${share} % by ${describe(first)}${rest}`;
}
