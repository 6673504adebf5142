import { renderExperiments } from '../../lib/drill/list-experiments';
import { renderExperiment } from '../../lib/drill/report/render-experiment';
import { findingsOf } from '../../lib/drill/run-experiment';
import {
  EAST,
  EXTENSION,
  experimentAssembly,
  lambdaFunction,
  onFunctions,
  tagged,
} from './experiments/written-assembly';
import { experimentSchemaErrors } from './report-schema';
import { experimentReport, outcome, stretch } from './written-experiment';

describe('the verdict on an experiment', () => {
  const HALTED = 'Experiment halted by stop condition.';

  test('says what clients saw before, during and after, and what became of the experiment', () => {
    const lines = renderExperiment(experimentReport()).split('\n');

    expect(lines.slice(0, 14)).toEqual([
      'Half of all invocations fail.',
      'experiment failing-dependency-50 in us-east-2, 15 min, judged for 45 min',
      'strong consistency, seed 7, 20 requests/s, all made',
      '',
      '                         before   during    after',
      '  availability            100 %    100 %    100 %',
      '  half answered within   104 ms   172 ms   104 ms',
      '  99 % answered within   433 ms   611 ms   433 ms',
      '  steady state             held     held     held',
      '',
      'The experiment is completed after 15 min; everything was taken back.',
      '  fail, aws:lambda:invocation-error: completed (0 s to 15 min)',
      '  target Functions: East/Api',
      'Stop condition objective-missed was OK at the start and did not ring.',
    ]);
    expect(lines.join('\n').replaceAll('\n  ', ' ')).toContain(
      "Clients were moved from us-east-2 to another Region after 3 min 7 s: endpoint checks saw it not at all, a peer's judge after 3 min 7 s.",
    );
    expect(lines).toContain('  trouble in us-east-2 after 2 min 39 s, telling East/Watch');
    expect(lines).toContain('  2,000: action fail; clients met 500 in us-east-2 between 23 s and 14 min 50 s');
    expect(lines).toContain('Nothing speaks against it.');
    expect(lines.at(-1)).toBe(
      'Repeat or vary:  npm run drill -- --experiment failing-dependency-50 --region us-east-2 --seed 7 --rate 20',
    );
  });

  test('says when its alarm stopped it, and what speaks against it', () => {
    const stopped = outcome({
      status: 'stopped',
      reason: HALTED,
      endedSeconds: 330,
      stopAlarms: [{ alarm: 'objective-missed', stateAtStart: 'OK', rangSeconds: 330 }],
    });
    const text = renderExperiment(experimentReport({ outcome: stopped, findings: ['it is so'] }));

    expect(text).toContain(
      'The experiment is stopped after 5 min 30 s: Experiment halted by stop condition; everything was taken back.',
    );
    expect(text).toContain('Stop condition objective-missed was OK at the start and rang after 5 min 30 s.');
    expect(text).toContain('\nFindings:\n  it is so\n');
    expect(text).not.toContain('Nothing speaks against it.');
  });

  test('claims nothing about a stretch without operations, as of an experiment that failed at its start', () => {
    const { steadyState } = experimentReport();
    const during = stretch({ toSeconds: 0, operations: 0, p50Ms: null, p99Ms: null });
    const text = renderExperiment(experimentReport({ steadyState: { ...steadyState, during } }));

    expect(text).toMatch(/^ {2}availability +100 % +- +100 %$/m);
    expect(text).toMatch(/^ {2}steady state +held +- +held$/m);
  });

  test('names clients of the library, also in the command that repeats it', () => {
    const text = renderExperiment(experimentReport({ libraryShare: 0.3 }));

    expect(text).toContain('20 requests/s, all made, 30 % of clients with lib/client');
    expect(text).toMatch(/--rate 20 --clients 30%$/);
  });

  test('names the workload and the assembly that it was for, also in the command that repeats it', () => {
    const workload = { file: 'shop.workload.json', assemblyDirectory: "the shop's cdk.out" };
    const text = renderExperiment(experimentReport({ workload, assemblyDirectory: workload.assemblyDirectory }));

    expect(text).toContain('clients do what shop.workload.json says');
    expect(text).toContain(
      `-- --assembly 'the shop'\\''s cdk.out' --workload shop.workload.json --experiment failing-dependency-50 `,
    );
    expect(renderExperiment(experimentReport())).not.toMatch(/--assembly|--workload/);
    expect(
      experimentSchemaErrors(experimentReport({ workload, assemblyDirectory: workload.assemblyDirectory })),
    ).toEqual([]);
  });

  test('says so when clients were not well again, nobody was moved and no alarm rang', () => {
    const recovery = { detectedSeconds: null, recoverySeconds: null, degradedSeconds: 2700 };
    const text = renderExperiment(experimentReport({ recovery, alarms: [], causes: [] }));

    expect(text).toContain('No clients of us-east-2 were moved to another Region.');
    expect(text).toContain('Clients were NOT well again by the end of the run.');
    expect(text).toContain('No alarm rang.');
    expect(text).toContain('No client operation failed.');
  });

  test('keeps to the schema that is published', () => {
    const { clients: _, ...without } = experimentReport();

    expect(experimentSchemaErrors(experimentReport())).toEqual([]);
    expect(experimentSchemaErrors(without)).toEqual([" must have required property 'clients'"]);
    expect(experimentSchemaErrors({ ...experimentReport(), outcome: { ...outcome(), status: 'done' } })).toEqual([
      '/outcome/status must be equal to one of the allowed values',
    ]);
  });
});

describe('what speaks against an experiment', () => {
  const { steadyState, data, objectives } = experimentReport();
  const seen = { outcome: outcome(), steadyState, data, objectives };

  test('is nothing when it was completed and the steady state held', () => {
    expect(findingsOf(seen)).toEqual([]);
  });

  test.each<[string, Partial<typeof seen>, string]>([
    [
      'that it was stopped',
      { outcome: outcome({ status: 'stopped', reason: 'Experiment halted by stop condition.' }) },
      'the experiment is stopped: Experiment halted by stop condition.',
    ],
    [
      'an action that did nothing',
      {
        outcome: outcome({
          actions: outcome().actions.map((action) => ({ ...action, reason: 'nothing is injected' })),
        }),
      },
      'action fail: nothing is injected',
    ],
    [
      'an alarm that nothing shows could ring',
      { outcome: outcome({ stopAlarms: [{ alarm: 'a', stateAtStart: 'INSUFFICIENT_DATA', rangSeconds: null }] }) },
      'stop condition a had no data at the start, so that nothing shows it could ring',
    ],
    ['what is left', { outcome: outcome({ rolledBack: false }) }, 'not everything was taken back when it ended'],
    [
      'a steady state that was none',
      { steadyState: { ...steadyState, before: stretch({ held: false, availability: 0.9 }) } },
      'the steady state did not hold before it began: 90 % of operations succeeded, of which 99.5 % should',
    ],
    [
      'a steady state that it ended',
      { steadyState: { ...steadyState, during: stretch({ held: false, availability: 0.994 }) } },
      'the steady state did not hold while it ran: 99.4 % of operations succeeded, of which 99.5 % should',
    ],
    [
      'a steady state that did not come back',
      { steadyState: { ...steadyState, after: stretch({ held: false, availability: 0 }) } },
      'the steady state did not hold at the end of the run: 0 % of operations succeeded, of which 99.5 % should',
    ],
    [
      'losses',
      { data: { ...data, lostAcknowledgedWrites: 2, lostAcknowledgedObjects: 1 } },
      '3 acknowledged writes or uploads were lost',
    ],
    ['objectives', { objectives: { ...objectives, met: false } }, 'the declared objectives were not met'],
  ])('%s', (_what, rest, finding) => {
    expect(findingsOf({ ...seen, ...rest })).toEqual([finding]);
  });
});

describe('the list of experiments', () => {
  const functions = tagged('aws:lambda:function', { role: 'api' });
  const listed = (written: Parameters<typeof experimentAssembly>[0]) =>
    renderExperiments(experimentAssembly(written).directory);

  test('says what each does, to what, in which order, and what stops it', () => {
    const text = listed({
      actions: {
        fail: onFunctions('aws:lambda:invocation-error'),
        rest: { ActionId: 'aws:fis:wait', Parameters: { duration: 'PT10M' }, StartAfter: ['fail'] },
      },
      targets: { functions },
      stop: [{ 'Fn::GetAtt': ['Alarm', 'Arn'] }],
      resources: { Api: lambdaFunction({ role: 'api' }, {}, EXTENSION) },
    });

    expect(text.split('\n')).toEqual([
      EAST,
      '  trial: 15 min',
      '    fail: aws:lambda:invocation-error on East/Api',
      '    rest, after fail: aws:fis:wait',
      expect.stringMatching(/^ {4}stops when .+ rings$/),
      '',
    ]);
  });

  test('shows a target that matches nothing, and one of which a part is chosen', () => {
    const on = { fail: onFunctions('aws:lambda:invocation-error') };
    const half = { ...functions, SelectionMode: 'COUNT(1)' };

    expect(listed({ actions: on, targets: { functions } })).toContain('fail: aws:lambda:invocation-error on nothing');
    expect(
      listed({ actions: on, targets: { functions: half }, resources: { Api: lambdaFunction({ role: 'api' }) } }),
    ).toContain('on COUNT(1), such as East/Api');
  });

  test('names what is not modelled, and what FIS would refuse, in the place of the length', () => {
    const actions = { reboot: { ActionId: 'aws:ec2:reboot-instances', Parameters: {}, Targets: {} } };

    expect(listed({ actions })).toContain(
      '  trial: not modelled: action aws:ec2:reboot-instances (reboot of experiment East/Trial)',
    );
    expect(
      listed({
        actions: { rest: { ActionId: 'aws:fis:wait', Parameters: { duration: 'PT1M' }, StartAfter: ['none'] } },
      }),
    ).toContain('  trial: FIS would refuse it: East/Trial.Actions.rest.StartAfter');
  });
});
