import type { FailureCause } from '../verdict/client-score';
import { secondsWithin } from '../verdict/region-in-dns';
import type { DrillReport, ReportedPhase } from './drill-report';
import { duration } from './render-values';

/** Causes that are explained one by one; the rest is summed up. */
export const CAUSES_SHOWN = 3;

/** A cause of failures in words: the phase behind it, who met what and when, and why DNS did not spare them; a line for each. */
export function describeCause(
  cause: FailureCause,
  { phases, dns }: Pick<DrillReport, 'phases' | 'dns'>,
): readonly string[] {
  const phase = phases.find(({ id }) => id === cause.phaseId);
  const what = phase ? `phase ${phase.id} (${effectsOf(phase)})` : 'no phase of the outage that the drill can name';
  const who = `clients of ${listed(cause.geographies.map(([id]) => id))}`;
  const where = cause.region === undefined ? short(cause.failure) : `served by ${cause.region} met ${cause.failure}`;
  const when = `between ${duration(cause.firstSeconds)} and ${duration(cause.lastSeconds)}`;
  return [what, `${who} ${where} ${when}`, ...(phase ? outOfDns(phase, cause.region, dns) : [])];
}

/** What clients met who came to no Region. */
function short(failure: string): string {
  return failure === 'no address' ? 'found no address' : `met ${failure} on their way to a Region`;
}

function listed(names: readonly string[]): string {
  const [last, ...others] = [...names].reverse();
  return others.length === 0 ? `${last}` : `${others.reverse().join(', ')} and ${last}`;
}

/** Why clients of a struck Region kept failing while the phase lasted. */
function outOfDns(phase: ReportedPhase, region: string | undefined, dns: DrillReport['dns']): readonly string[] {
  const course = dns.find((one) => one.region === region);
  if (!course || !phase.struckRegions.includes(course.region)) return [];
  const { startSeconds, endSeconds } = phase;
  const length = endSeconds - startSeconds;
  const seconds = secondsWithin(course.outOfDns, startSeconds, endSeconds);
  const span = `${course.region} was out of DNS for ${duration(seconds)} of the phase's ${duration(length)}:`;
  if (seconds > 0.9 * length) {
    return [
      span,
      'they failed before the check turned, or over an open connection, or asked resolvers that keep answers too long',
    ];
  }
  return seconds > 0
    ? [
        span,
        'the rest of the time DNS led there: endpoint checks turn when 14 of 16 checkers fail several times running',
      ]
    : [span, 'endpoint checks see only Regions that fail most of the time (14 of 16 checkers, several times running)'];
}

function effectsOf(phase: ReportedPhase): string {
  const effects = phase.services.filter(({ outcome }) => outcome === 'modelled');
  return effects.map(({ service, why }) => `${service}: ${why}`).join('; ');
}
