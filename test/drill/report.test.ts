import fc from 'fast-check';
import { samplingOf } from '../../lib/drill/clients/sampling';
import { readCommandLine } from '../../lib/drill/command-line';
import { progressLine } from '../../lib/drill/progress';
import type { DrillReport } from '../../lib/drill/report/drill-report';
import { renderReport, replayCommand, TABLE_LABELS } from '../../lib/drill/report/render-report';
import { schemaErrors } from './report-schema';
import { consistency, quiet, report, scheduleReport } from './written-report';

/** Cells of the verdict table's line with this label. */
function cells(text: string, label: string): string[] {
  const line = text.split('\n').find((one) => one.trim().startsWith(label));
  return line === undefined
    ? []
    : line
        .trim()
        .slice(label.length)
        .trim()
        .split(/\s{3,}/);
}

describe('the verdict on screen', () => {
  test('puts the blueprint beside its single-Region twin', () => {
    const text = renderReport(report());

    const table = Object.fromEntries(TABLE_LABELS.map((label) => [label, cells(text, label)]));
    expect(table).toEqual({
      'availability over the outage': ['99.809 %', '61.7 %'],
      'worst minute': ['49.4 %', '0 %'],
      'detected after': ['30 s', '29 s'],
      'clients recovered after': ['6 min 3 s', 'never'],
      'below 99 % in all': ['46 min', '6 h 6 min'],
      'acknowledged writes': ['9,876', '5,000'],
      'acknowledged writes lost': ['0', '0'],
      objectives: ['met', 'NOT met'],
    });
    expect(text).toContain('only us-east-2');
  });

  test('never rounds a failure away', () => {
    for (const [availability, shown] of [
      [1, '100 %'],
      [0.999_999_9, '99.999 %'],
      [0.99, '99 %'],
      [0.989_999, '98.9 %'],
      [0.57, '57 %'],
      [0.000_9, '0 %'],
    ] as const) {
      const text = renderReport(report({ clients: { ...report().clients, availability } }));

      expect(cells(text, 'availability over the outage')[0]).toBe(shown);
    }
  });

  test('names each objective with what was reached', () => {
    const objectives: DrillReport['objectives'] = {
      met: false,
      availability: { objective: 0.999, reached: 0.998_09, met: false },
      rtoSeconds: { objective: 120, reached: null, met: false },
      rpoSeconds: { objective: 0, reached: 0, met: true },
    };

    const text = renderReport(report({ objectives }));

    expect(text).toMatch(/availability +99\.809 % against 99\.9 %: NOT met/);
    expect(text).toMatch(/recovery +never against 2 min: NOT met/);
    expect(text).toMatch(/data loss +0 s against 0 s: met/);
    expect(text).toContain(
      'Uploads: 312 acknowledged, 0 lost; the slowest copy reached another Region after 21 min 6 s.',
    );
    expect(renderReport(report({ objectives: { met: null } }))).toContain('the assembly declares none');
  });

  describe('on consistency', () => {
    const lines = (rest: Parameters<typeof consistency>[0]) =>
      renderReport(report({ data: { ...report().data, consistency: consistency(rest) } })).split('\n');
    const from = (all: readonly string[], start: string) => {
      const index = all.findIndex((line) => line.startsWith(start));
      return all.slice(index, all.indexOf('', index));
    };
    const check = (verdict: 'violated' | 'undecided' | 'not-promised', violations: number, ...examples: string[]) => ({
      verdict,
      checked: 5432,
      violations,
      undecided: verdict === 'undecided' ? 2 : 0,
      examples,
    });

    test('is one line when every promise was kept', () => {
      expect(from(lines({}), 'Consistency')).toEqual([
        'Consistency: all of 5,432 parcels linearizable, 4,321 deliveries there once; 7 writes of unknown outcome.',
      ]);
      expect(from(lines({ unknown: 0 }), 'Consistency')).toEqual([
        'Consistency: all of 5,432 parcels linearizable, 4,321 deliveries there once.',
      ]);
    });

    test('tells what was not promised and seen', () => {
      const eventual = lines({
        linearizability: check('not-promised', 3, 'not told'),
        readYourWrites: check('not-promised', 67, 'not told'),
        monotonicReads: check('not-promised', 0),
        lastWriterWins: { superseded: 1, lost: 4, losses: ['one', 'two'], supersessions: ['three', 'four'] },
        duplicatedDeliveries: 2,
        unknown: 0,
      });

      expect(from(eventual, 'Consistency')).toEqual([
        'Consistency: all of 5,430 parcels converged, none of 4,321 deliveries there twice.',
        '  3 of 5,432 parcels are not linearizable',
        '  67 of 5,432 reads fell behind what their client had written',
        '  deliveries that are there more than once: 2',
        '  acknowledged writes that are gone: 4 lost, 1 superseded by later ones',
        '    one',
        '    two',
        '    three',
      ]);
    });

    test('tells what was promised and broken, or could not be decided, in whole', () => {
      const broken = lines({
        linearizability: check('violated', 2, 'p-1 is wrong\n  because', `p-2 ${'is wrong '.repeat(20)}`),
        deliveries: check('undecided', 0),
      });

      expect(from(broken, 'Consistency')).toEqual([
        'Consistency: NOT as promised.',
        '  2 of 5,432 parcels are not linearizable',
        '    p-1 is wrong',
        '    because',
        expect.stringMatching(/^ {4}p-2 is wrong/),
        expect.stringMatching(/^ {6}(?:is|wrong)/),
        '  2 of 5,432 deliveries undecided: the checker ran out of steps',
      ]);
      for (const line of broken.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(120);
    });
  });

  test('says why operations failed: phase, effect, clients, Region, and for how long the Region stayed in DNS', () => {
    const text = renderReport(report());

    expect(text).toContain('2,000 of 1,046,400 client operations failed');
    expect(text).toMatch(/75 % +phase p1 \(dynamodb: unavailable, 100 %\)/);
    expect(text).toContain('clients of us-central served by us-east-2 met 503');
    expect(text).toContain('us-east-2 was out of DNS for 2 h 36 min');
    expect(text).toMatch(/25 % +no phase of the outage that the drill can name/);
    expect(text).toContain('clients of us-west found no address');
  });

  test('says that clients came to no Region when the edge in front, or the issuer of tokens, failed them', () => {
    const { causes, ...rest } = report();
    const edge = { ...causes[0], failure: '503' } as (typeof causes)[number];
    const { region: _, ...atEdge } = edge;

    expect(renderReport({ ...rest, causes: [atEdge] })).toContain('met 503 on their way to a Region');
  });

  test('says how long those who met a failure were without service, for each kind of client', () => {
    const [dns] = report().populations;
    if (!dns) throw new Error('no clients');
    const library: typeof dns = {
      ...dns,
      reliesOn: 'library',
      interruptions: { count: 10, p50Seconds: 0.3, p99Seconds: 2.45, longestSeconds: null },
    };

    const text = renderReport(report({ populations: [dns, library] }));

    expect(text).toMatch(
      /relying on DNS met a failure 5,430 times.*\n.* after 0\.4 s, 99 in 100 after 3 min 33 s, the last after 21 min\n/,
    );
    expect(text).toMatch(
      /using lib\/client met a failure 10 times.*\n.* after 0\.3 s, 99 in 100 after 2\.5 s, the last not by the end\n/,
    );
    expect(renderReport(report({ populations: [{ ...dns, interruptions: { count: 0 } }] }))).not.toContain(
      'met a failure',
    );
  });

  test('lists the geographies of a cause', () => {
    const [cause] = report().causes;
    if (!cause) throw new Error('no cause');
    const from = (...ids: string[]) =>
      renderReport(report({ causes: [{ ...cause, geographies: ids.map((id) => [id, 1] as const) }] }));

    expect(from('a', 'b')).toContain('clients of a and b served');
    expect(from('a', 'b', 'c')).toContain('clients of a, b and c served');
  });

  test('explains three causes and sums up the rest', () => {
    const [cause] = report().causes;
    if (!cause) throw new Error('no cause');
    const causes = [1000, 600, 200, 150, 50].map((operations, index) => ({
      ...cause,
      operations,
      failure: `f${index}`,
    }));

    const text = renderReport(report({ causes }));

    expect(text).toContain('met f2');
    expect(text).not.toContain('met f3');
    expect(text).toMatch(/10 % +other reasons/);
  });

  test('is glad when nobody failed', () => {
    expect(renderReport(report({ causes: [] }))).toContain('No client operation failed.');
  });

  test('lists what was replayed and what the design is out of reach of', () => {
    const text = renderReport(report());

    expect(text).toContain('Phases replayed: p1 dynamodb.');
    expect(text).toMatch(/Out of this design's reach[^:]*: p16 ecs\./);
    expect(text).not.toContain('after its end');
  });

  test('accounts for phases that begin after the end of what was replayed', () => {
    const [, outOfReach] = report().phases;
    const calm = report({ phases: outOfReach ? [outOfReach] : [], laterPhases: ['p20', 'p21'] });

    expect(renderReport(report({ laterPhases: ['p20', 'p21'] }))).toContain(
      '\nNot replayed, for they begin after its end: p20, p21.\n',
    );
    expect(renderReport(calm)).toContain('Nothing of this part of the outage can reach this design: ');
    expect(renderReport({ ...calm, laterPhases: [] })).toContain('Nothing of this outage can reach this design: ');
  });

  describe('of a schedule', () => {
    const east = report().dns[0] as DrillReport['dns'][number];
    const spans = [100, 300, 500, 700, 900].map((fromSeconds) => ({ fromSeconds, toSeconds: fromSeconds + 60 }));
    const linesOf = (dns: DrillReport['dns']): string[] => {
      const lines = renderReport(scheduleReport({ dns })).split('\n');
      const start = lines.indexOf('What DNS did, in time since the beginning:');
      return lines.slice(start + 1, lines.indexOf('', start));
    };

    test('stands alone, and names neither one detection nor one struck Region', () => {
      const text = renderReport(scheduleReport());

      expect(cells(text, 'availability over the schedule')).toEqual(['99.809 %']);
      expect(cells(text, 'clients recovered after at most')).toEqual(['6 min 3 s']);
      expect(text).not.toMatch(/detected after|only us-|never|undefined/);
      const recovery = { ...report().recovery, recoverySeconds: null };
      expect(cells(renderReport(scheduleReport({ recovery })), 'clients recovered after at most')).toEqual([
        'not by the end',
      ]);
    });

    test('says of every Region when it was seen unhealthy, when it left DNS and when it was back', () => {
      expect(linesOf([east, quiet('us-west-2')])).toEqual([
        '  us-east-2: endpoint checks found it unhealthy from 30 s to 2 h 37 min; it was out of DNS from 30 s to 2 h 37 min',
        '  us-west-2: no health check and no switch turned',
      ]);
    });

    test('tells shares of clients from all of them, what began before the beginning, what lasted, and what came often', () => {
      const evacuated = [{ fromSeconds: -20, toSeconds: 60 }];
      const outOfDns = [{ fromSeconds: 60, toSeconds: null }];

      expect(linesOf([{ ...quiet('us-east-2'), evacuated }])).toEqual([
        '  us-east-2: its switch turned clients away from before the beginning to 1 min; it never left DNS with all its',
        '    clients',
      ]);
      expect(linesOf([{ ...quiet('us-east-2'), outOfDns }])).toEqual(['  us-east-2: it was out of DNS from 1 min on']);
      expect(linesOf([{ ...quiet('us-east-2'), outOfDns: spans }])).toEqual([
        '  us-east-2: it was out of DNS from 1 min 40 s to 2 min 40 s and from 5 min to 6 min and from 8 min 20 s to 9 min 20',
        '    s and 2 more times, for 5 min in all',
      ]);
    });

    test('explains failures in the Regions that an event strikes, by how long these were out of DNS meanwhile', () => {
      const explained = (outOfDns: DrillReport['dns'][number]['outOfDns']) => {
        const lines = renderReport(scheduleReport({ dns: [{ ...east, outOfDns }] })).split('\n');
        return lines.find((line) => /endpoint checks (?:see|turn)|before the check turned/.test(line))?.trim();
      };
      const span = (fromSeconds: number, toSeconds: number) => [{ fromSeconds, toSeconds }];

      expect(explained([])).toMatch(/^endpoint checks see only Regions that fail most of the time/);
      expect(explained(span(9000, 9420))).toMatch(/^the rest of the time DNS led there: /);
      expect(explained(span(900, 9420))).toMatch(/^they failed before the check turned/);
      // Bad data, and whatever is everywhere, strike no Region more than another.
      const [phase] = scheduleReport().phases;
      if (!phase) throw new Error('no phase');
      expect(renderReport(scheduleReport({ phases: [{ ...phase, struckRegions: [] }] }))).not.toContain('of the phase');
    });
  });

  test('keeps within 120 columns, but for the command', () => {
    const lines = renderReport(report()).split('\n');

    for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(120);
  });
});

describe('the command that repeats a drill', () => {
  test('names the workload and the assembly that it was for, as a shell takes them', () => {
    const workload = { file: 'shop.workload.json', assemblyDirectory: "the shop's cdk.out" };
    const text = renderReport(report({ workload }));

    expect(text).toContain('clients do what shop.workload.json says');
    expect(replayCommand(report({ workload, assemblyDirectory: workload.assemblyDirectory }))).toContain(
      `-- --assembly 'the shop'\\''s cdk.out' --workload shop.workload.json --outage `,
    );
    expect(replayCommand(report())).not.toMatch(/--assembly|--workload/);
  });

  test('names an assembly without a workload, and quotes the file of a schedule', () => {
    const schedule = { ...scheduleReport().scenario, id: 'my faults.json' };

    expect(replayCommand(report({ assemblyDirectory: 'other.out' }))).toContain('-- --assembly other.out --outage ');
    expect(replayCommand(report({ assemblyDirectory: 'other.out', scenario: schedule }))).toBe(
      "npm run drill -- --schedule 'my faults.json' --assembly other.out",
    );
    const traffic = { ...report().traffic, libraryShare: 0.3 };
    expect(replayCommand(scheduleReport({ traffic }))).toBe(
      'npm run drill -- --schedule soak/seed-3.json --clients 30%',
    );
  });

  test('asks for the same outage, Region, seed, traffic and length, whatever they were', () => {
    const traffics = fc.tuple(
      fc.integer({ min: 1, max: 1000 }),
      fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constant('all')),
    );
    const lengths = fc.integer({ min: 1, max: 100_000 });
    const shares = fc.oneof(
      fc.constantFrom(0, 1),
      fc.integer({ min: 1, max: 999 }).map((tenths) => tenths / 1000),
    );
    fc.assert(
      fc.property(
        traffics,
        shares,
        lengths,
        fc.nat(),
        ([requestsPerSecond, made], libraryShare, durationSeconds, seed) => {
          const madePerSecond = samplingOf(requestsPerSecond, made === 'all' ? Number.POSITIVE_INFINITY : made);
          const { scenario } = report();
          const command = replayCommand(
            report({
              seed,
              scenario: { ...scenario, durationSeconds },
              traffic: { requestsPerSecond, madePerSecond, checkersAtRest: madePerSecond.atRest ?? 1, libraryShare },
            }),
          );

          const [program, asked = ''] = command.split(' -- ');
          const read = readCommandLine(asked.split(' '));

          expect(program).toBe('npm run drill');
          if (read.kind !== 'run') throw new Error(read.kind);
          const { options } = read;
          expect(options).toMatchObject({
            outageId: scenario.id,
            struckRegion: 'us-east-2',
            seed,
            ratePerSecond: requestsPerSecond,
          });
          expect(options.libraryShare ?? 0).toBeCloseTo(libraryShare, 9);
          expect(Math.round((options.hours ?? 0) * 3600)).toBe(durationSeconds);
          expect(samplingOf(options.ratePerSecond ?? 0, options.madePerSecond ?? 0)).toEqual(madePerSecond);
        },
      ),
    );
  });
});

test('of the traffic no more is made than there is, and a tenth of that away from changes', () => {
  expect(samplingOf(20, 3)).toEqual({ nearChanges: 3, elsewhere: 0.3, atRest: 10 });
  expect(samplingOf(2, 3)).toEqual({ nearChanges: 2, elsewhere: 0.2, atRest: 10 });
  expect(samplingOf(20, Number.POSITIVE_INFINITY)).toEqual({ nearChanges: 20, elsewhere: 20 });
});

describe('the published schema', () => {
  test('holds for a report, with and without objectives', () => {
    expect(schemaErrors(report())).toEqual([]);
    expect(schemaErrors(report({ objectives: { met: null } }))).toEqual([]);
    const dns = [{ ...quiet('us-east-2'), outOfDns: [{ fromSeconds: -3, toSeconds: null }] }];
    expect(schemaErrors(report({ causes: [], phases: [], dns }))).toEqual([]);
  });

  test('holds for a report on a schedule, which has neither a twin nor one struck Region', () => {
    const { scenario, ...schedule } = scheduleReport();
    const { baseline, scenario: outage } = report();

    expect(schemaErrors(scheduleReport())).toEqual([]);
    expect(schemaErrors({ ...schedule, scenario, baseline })).not.toEqual([]);
    expect(schemaErrors({ ...schedule, scenario: { ...outage, kind: 'schedule' } })).not.toEqual([]);
    expect(schemaErrors({ ...schedule, scenario: outage })).toContain(" must have required property 'baseline'");
    expect(schemaErrors({ ...report(), scenario: { ...scenario, kind: 'outage' } })).toContain(
      "/scenario must have required property 'struckRegion'",
    );
  });

  const { clients, scenario, traffic, data } = report();

  test.each<[string, object]>([
    ['a field that it does not know', { extra: 1 }],
    ['a field that it does not know, further in', { clients: { ...clients, extra: 1 } }],
    ['another version', { schemaVersion: 1 }],
    ['an availability of more than 1', { clients: { ...clients, availability: 1.01 } }],
    ['half a write', { data: { ...data, acknowledgedWrites: 0.5 } }],
    [
      'a verdict that is none',
      {
        data: {
          ...data,
          consistency: consistency({ deliveries: { ...consistency().deliveries, verdict: 'fine' as 'holds' } }),
        },
      },
    ],
    ['a check that is missing', { data: { ...data, consistency: { ...consistency(), convergence: undefined } } }],
    ['a hash that is none', { eventLogSha256: 'abc' }],
    ['a Region that is none', { scenario: { ...scenario, struckRegion: 'Ohio' } }],
    ['an unknown profile', { profile: 'quantum' }],
    [
      'half of what interruptions were like',
      { populations: [{ ...report().populations[0], interruptions: { count: 1, p50Seconds: 1 } }] },
    ],
    ['more clients with lib/client than clients', { traffic: { ...traffic, libraryShare: 1.1 } }],
    ['a rate of nothing', { traffic: { ...traffic, requestsPerSecond: 0 } }],
    ['objectives judged without being named', { objectives: { met: true } }],
    ['objectives named without being judged', { objectives: { ...report().objectives, met: null } }],
  ])('refuses %s', (_what, rest) => {
    expect(schemaErrors({ ...report(), ...rest })).not.toEqual([]);
  });

  test.each(Object.keys(report()))('refuses a report without %s', (field) => {
    const { [field as keyof DrillReport]: _, ...rest } = report();

    expect(schemaErrors(rest)).toContain(` must have required property '${field}'`);
  });
});

describe('progress', () => {
  function written(isTTY: boolean, ...shares: number[]): string[] {
    const lines: string[] = [];
    const line = progressLine('replaying', { isTTY, write: (text) => lines.push(String(text)) });
    for (const share of shares) line.show(share);
    line.end();
    return lines;
  }

  test('off a terminal is a few whole lines', () => {
    const lines = written(false, 0, 0.1, 0.24, 0.25, 0.26, 0.5, 0.4, 1);

    expect(lines.slice(0, -1)).toEqual([0, 25, 50, 100].map((percent) => `replaying … ${percent} %\n`));
    expect(lines.at(-1)).toMatch(/^replaying took \d+\.\d s\n$/);
  });

  test('of a task that never began is not shown', () => {
    expect(written(false)).toEqual([]);
    expect(written(true)).toEqual([]);
  });

  test('on a terminal redraws one line', () => {
    const lines = written(true, 0, 0.001, 0.01, 0.5);

    expect(lines.slice(0, -1)).toEqual(['\rreplaying …   0 %', '\rreplaying …   1 %', '\rreplaying …  50 %']);
    expect(lines.at(-1)).toMatch(/^\rreplaying … took \d+\.\d s\n$/);
  });
});
