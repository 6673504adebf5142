import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deliveryPlan } from '../lib/operations/delivery-plan';
import { qualified } from './helpers/configs';
import { ROOT, textOf } from './helpers/source-files';
import { type Job, type JobRun, runJob, type Step, substitute, type Workflow, yamlOf } from './helpers/workflow';

const WORKFLOWS = readdirSync(join(ROOT, '.github/workflows')).map((file) => `.github/workflows/${file}`);
const ACTIONS = readdirSync(join(ROOT, '.github/actions')).map((name) => `.github/actions/${name}/action.yml`);
const SCRIPTS = readdirSync(join(ROOT, '.github/scripts')).map((name) => `.github/scripts/${name}`);

const deploy = yamlOf<Workflow>('.github/workflows/deploy.yml');

/** An expression as a workflow writes it. */
const expression = (code: string): string => ['$', `{{ ${code} }}`].join('');

const jobsOf = (path: string): Job[] => Object.values(yamlOf<Workflow>(path).jobs);
const stepsOf = (path: string): readonly Step[] =>
  ACTIONS.includes(path)
    ? yamlOf<{ runs: { steps: Step[] } }>(path).runs.steps
    : jobsOf(path).flatMap(({ steps }) => steps);

test('what is merged has been checked with every version of Node.js that is supported, and with the one that deploys', () => {
  const { engines } = JSON.parse(textOf('package.json'));
  const [check] = jobsOf('.github/workflows/check.yml') as (Job & { strategy: { matrix: { node: number[] } } })[];
  const deploying = [...textOf('.github/workflows/deploy.yml').matchAll(/node-version: (\d+)/g)].map(([, major]) =>
    Number(major),
  );

  expect(check?.strategy.matrix.node).toEqual(expect.arrayContaining([20, 22, ...deploying]));
  expect(`>=${Math.min(...(check?.strategy.matrix.node ?? []))}`).toBe(engines.node);
  expect(check?.steps.map(({ run }) => run)).toContain('.ci/run');
});

describe.each([...WORKFLOWS, ...ACTIONS])('%s', (path) => {
  const steps = stepsOf(path);

  test('pins every action of others by commit, and names its version', () => {
    const foreign = textOf(path)
      .split('\n')
      .filter((line) => /\buses:/.test(line) && !/uses: \.\//.test(line));

    for (const line of foreign) expect(line).toMatch(/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(foreign).toHaveLength(steps.filter(({ uses = './' }) => !uses.startsWith('./')).length);
  });

  test('uses actions and scripts of its own that exist', () => {
    const own = steps.flatMap(({ uses = '', run = '' }) => [
      ...(uses.startsWith('./') ? [`${uses}/action.yml`] : []),
      ...(run.match(/\.(?:github|ci)\/[\w/.-]+/g) ?? []),
    ]);

    expect(own.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('keeps no keys: neither secrets nor access keys are named', () => {
    expect(textOf(path)).not.toMatch(/\bsecrets\b|access-key|secret-key|AKIA|aws_access|password/i);
  });

  test('hands what others may write to shells as variables, never as code', () => {
    expect(steps.filter(({ run = '' }) => run.includes('${{')).map(({ run }) => run)).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/npm run (?:-\S+ )*([\w:]+)/g)].map(([, name]) => name),
    );

    expect(named.filter((name) => !scripts[name ?? ''])).toEqual([]);
  });

  test('runs only programs of this repository that exist', () => {
    const programs = steps.flatMap(({ run = '' }) => run.match(/\b(?:bin|bench)\/[\w-]+\.ts/g) ?? []);

    expect(programs.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe.each(WORKFLOWS)('%s', (path) => {
  const workflow = yamlOf<Workflow>(path);

  test('allows nothing unless a job asks for it, and no job writes to the repository', () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions = {} } of jobsOf(path)) {
      expect(permissions).toMatchObject({ contents: 'read' });
      for (const [scope, access] of Object.entries(permissions))
        expect([scope, access]).toContain(scope === 'id-token' ? 'write' : 'read');
    }
  });

  test('ends every job at some time, and leaves no token in the working copy', () => {
    for (const job of jobsOf(path)) expect(job['timeout-minutes']).toBeGreaterThan(0);
    for (const step of stepsOf(path).filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))) {
      expect(step.with).toMatchObject({ 'persist-credentials': false });
    }
  });
});

describe('scripts of the workflows', () => {
  test.each(SCRIPTS)('%s stops at the first error', (path) => {
    expect(textOf(path)).toMatch(/^#!\/usr\/bin\/env bash\n(?:#.*\n)+set -euo pipefail\n/);
  });
});

describe('the delivery', () => {
  const changing = Object.entries(deploy.jobs).filter(([, job]) => job.permissions?.['id-token'] === 'write');

  test('synthesizes once, without credentials, and every job takes that assembly', () => {
    const synthesizing = Object.entries(deploy.jobs).filter(([, { steps }]) =>
      steps.some(({ run = '' }) => /run synth|cdk synth/.test(run)),
    );
    expect(synthesizing.map(([id, { permissions }]) => [id, permissions])).toEqual([
      ['synthesize', { contents: 'read' }],
    ]);
    for (const step of stepsOf('.github/workflows/deploy.yml')) {
      for (const line of (step.run ?? '').split('\n').filter((text) => text.includes('cdk deploy'))) {
        expect(line).toMatch(/--app (?:cdk|previous)\.out/);
      }
    }
    expect(changing.map(([id]) => id)).toEqual(['foundations', 'data', 'regions', 'last']);
  });

  test('takes the role of the Region that it changes, from the environment that guards it', () => {
    for (const [, { environment, steps }] of changing) {
      expect(environment).toMatch(/\.region \}\}$/);
      const takers = steps.filter(({ with: inputs = {} }) => 'role' in inputs || 'role-to-assume' in inputs);
      expect(takers.length).toBeGreaterThan(0);
      for (const { with: inputs = {} } of takers) {
        expect(inputs.role ?? inputs['role-to-assume']).toBe(expression('vars.AWS_ROLE_ARN'));
        expect(inputs['credentials-region'] ?? inputs['aws-region']).toMatch(/\.credentialsRegion \}\}$/);
      }
    }
  });

  test('changes one Region at a time and begins no other after a failure', () => {
    for (const id of ['foundations', 'regions', 'last']) {
      expect(deploy.jobs[id]?.strategy).toMatchObject({ 'max-parallel': 1, 'fail-fast': true });
    }
    expect(deploy.concurrency).toEqual({ group: 'deploy', 'cancel-in-progress': false });
    const needs = Object.fromEntries(Object.entries(deploy.jobs).map(([id, job]) => [id, job.needs]));
    expect(needs).toEqual({
      synthesize: undefined,
      foundations: 'synthesize',
      data: ['synthesize', 'foundations'],
      regions: ['synthesize', 'foundations', 'data'],
      last: ['synthesize', 'regions'],
    });
  });
});

describe('docs/delivery.md', () => {
  const page = textOf('docs/delivery.md');
  const firstCells = page.split('\n').flatMap((line) => line.match(/(?<=^\| `)\w+(?=`)/g) ?? []);

  test('lists the jobs in their order, and the inputs', () => {
    const inputs = Object.keys(
      yamlOf<{ on: { workflow_dispatch: { inputs: object } } }>('.github/workflows/deploy.yml').on.workflow_dispatch
        .inputs,
    );

    expect(firstCells).toEqual([...Object.keys(deploy.jobs), ...inputs]);
  });

  test('shows policies that can be read, and grants no action by a wildcard', () => {
    const policies = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));

    const actions = policies.flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
    );
    expect(policies).toHaveLength(2);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(JSON.stringify(policies[0])).toContain('repo:OWNER/REPOSITORY:environment:REGION');
  });
});

/** What `cdk deploy` is called with for stacks of the default blueprint in us-east-2. */
const OPTIONS = '--exclusively --require-approval never --no-notices --progress events';
const ALARMS = ['errors', '5xx'].map(
  (signal) => `arn:aws:cloudwatch:us-east-2:111111111111:alarm:dispatch-api-live-${signal}`,
);
const WATCHED = `--monitoring-time-minutes 5 ${ALARMS.map((alarm) => `--rollback-trigger-alarm-arns ${alarm}`).join(' ')}`;
const UNWATCHED = '--rollback-trigger-alarm-arns none';

const plan = deliveryPlan(
  [
    ...['us-east-2', 'us-west-2'].flatMap((region) =>
      [`dispatch-${region}`, `dispatch-foundation-${region}`].map((name) => ({ name, region })),
    ),
    { name: 'dispatch-data', region: 'us-east-2' },
    { name: 'dispatch-edge', region: 'us-east-1' },
  ],
  qualified(),
  qualified().regions,
);

const PREVIOUS = { 'gh api': 'echo "2026-11-02T10:00:00Z 41"; echo "2026-11-20T10:00:00Z 42"' };
const FILES: Readonly<Record<string, string>> = {
  'previous.out/dispatch-foundation-us-east-2.template.json': '{}',
  'previous.out/dispatch-data.template.json': '{}',
  'cdk.out/dispatch-data.template.json': '{"changed":true}',
};

function run(
  job: string,
  answers: Record<string, string> = {},
  inputs: Record<string, string> = {},
  files = FILES,
): JobRun {
  const contexts = {
    matrix: { turn: plan.regions[0] },
    needs: { synthesize: { result: 'success', outputs: { plan: JSON.stringify(plan) } } },
    vars: { AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/deliver-us-east-2' },
    github: { token: 'token' },
    inputs,
  };
  return runJob(deploy, job, contexts, answers, files);
}

/** The calls that matter, without when baking began. */
const shown = ({ calls }: JobRun): string[] =>
  calls
    .filter((call) => /^(?:npx|npm|gh run|uses actions\/upload)/.test(call))
    .map((call) => call.replace(/--since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, '--since START'));

const DEPLOYED = `npx cdk deploy dispatch-foundation-us-east-2 dispatch-us-east-2 --app cdk.out ${OPTIONS}`;
const CANARY = 'npm run canary -- us-east-2';
const BAKED = 'npm run bake -- us-east-2 --minutes 30 --since START';
const RESTORED = [
  `npx cdk deploy dispatch-us-east-2 --app previous.out ${OPTIONS} ${UNWATCHED} --parameters dispatch-us-east-2:TrafficShift=all-at-once`,
  `npx cdk deploy dispatch-foundation-us-east-2 --app previous.out ${OPTIONS} ${UNWATCHED}`,
  CANARY,
];
const FETCHED = 'gh run download 42 --name deployed-us-east-2 --dir previous.out';

describe('before anything is deployed', () => {
  test.each(['1', '9', '30', '55'])('%s minutes are taken', (minutes) => {
    expect(run('synthesize', {}, { minutes }).failed).toEqual([]);
  });

  // A bake of an hour outlasts the credentials that watch it, and would turn back what is good.
  test.each(['0', '56', '90', '100', 'abc', '-5', '30.5', '3 0'])('%s minutes are refused', (minutes) => {
    const { failed, calls } = run('synthesize', {}, { minutes });

    expect(failed).toEqual(['Look at the minutes']);
    expect(calls).toEqual([]);
  });
});

describe("a Region's turn", () => {
  test('deploys, tries the Region out, lets it bake and keeps the assembly, in this order', () => {
    const turn = run('regions', PREVIOUS);

    expect(turn.failed).toEqual([]);
    expect(shown(turn)).toEqual([
      FETCHED,
      `${DEPLOYED} ${WATCHED} --parameters dispatch-us-east-2:TrafficShift=canary`,
      CANARY,
      BAKED,
      'uses actions/upload-artifact',
    ]);
  });

  test.each([
    ['the deployment fails', { 'npx cdk deploy dispatch-foundation-us-east-2 dispatch-us-east-2': 'exit 1' }, 0],
    ['an alarm rings while it bakes', { 'npm run bake': 'exit 1' }, 2],
  ])('restores the previous assembly when %s, and fails', (_, answer, done) => {
    const turn = run('regions', { ...PREVIOUS, ...answer });

    expect(turn.failed).toHaveLength(1);
    expect(shown(turn).slice(2)).toEqual([...[CANARY, BAKED].slice(0, done), ...RESTORED]);
  });

  test('restores it when the canary fails, does not bake, and fails although the old version serves', () => {
    const turn = run('regions', {
      ...PREVIOUS,
      'npm run canary': '[[ -e tried ]] || { touch tried; exit 1; }',
    });

    expect(turn.failed).toEqual(["Canary on the Region's own name"]);
    expect(shown(turn).slice(2)).toEqual([CANARY, ...RESTORED]);
  });

  test('restores only stacks that the previous assembly has', () => {
    const turn = run('regions', { ...PREVIOUS, 'npm run bake': 'exit 1' }, {}, {});

    expect(shown(turn).slice(4)).toEqual([RESTORED[0], CANARY]);
  });

  test('has nothing to restore on a first deployment, and no alarms to watch it', () => {
    const turn = run('regions', { 'npm run bake': 'exit 1' });

    expect(turn.failed).toEqual(['Bake']);
    expect(shown(turn)).toEqual([
      `${DEPLOYED} ${UNWATCHED} --parameters dispatch-us-east-2:TrafficShift=canary`,
      CANARY,
      BAKED,
    ]);
  });

  test('restores nothing when it failed before it changed anything', () => {
    const turn = run('regions', { ...PREVIOUS, 'gh run download': 'exit 1' });

    expect(turn.failed).toEqual(['Fetch the previous assembly']);
    expect(shown(turn)).toEqual([FETCHED]);
  });

  test('goes all at once, past every alarm, when it is told to', () => {
    const turn = run('regions', PREVIOUS, { shift: 'all-at-once', minutes: '5' });

    expect(shown(turn)[1]).toBe(`${DEPLOYED} ${UNWATCHED} --parameters dispatch-us-east-2:TrafficShift=all-at-once`);
    expect(shown(turn)[3]).toBe('npm run bake -- us-east-2 --minutes 5 --since START');
  });
});

describe('the turn of what all Regions share', () => {
  test('bakes when the table changed, and undoes nothing', () => {
    const turn = run('data', { ...PREVIOUS, 'npm run bake': 'exit 1' });

    expect(turn.failed).toEqual(['Bake']);
    expect(shown(turn)).toEqual([FETCHED, `npx cdk deploy dispatch-data --app cdk.out ${OPTIONS}`, BAKED]);
  });

  test('does not bake when it did not, or when there was none before', () => {
    const unchanged = { ...FILES, 'cdk.out/dispatch-data.template.json': '{}' };

    expect(shown(run('data', PREVIOUS, {}, unchanged))).not.toContain(BAKED);
    expect(shown(run('data'))).not.toContain(BAKED);
  });
});

describe('foundations', () => {
  const turn = (answers: Record<string, string>): JobRun =>
    runJob(deploy, 'foundations', { matrix: { turn: plan.foundations[0] }, vars: {}, inputs: {}, github: {} }, answers);
  const CREATED = `npx cdk deploy dispatch-foundation-us-east-2 --app cdk.out ${OPTIONS}`;

  test('are created where they are missing, and left alone where they exist', () => {
    const missing = 'echo "Stack with id dispatch-foundation-us-east-2 does not exist" >&2; exit 254';

    expect(shown(turn({ 'aws cloudformation describe-stacks': missing }))).toEqual([CREATED]);
    expect(shown(turn({}))).toEqual([]);
  });

  test('are not taken for missing when nobody knows', () => {
    const { failed, calls } = turn({ 'aws cloudformation describe-stacks': 'echo "AccessDenied" >&2; exit 254' });

    expect(failed).toEqual(['Create what is missing']);
    expect(calls).not.toContain(CREATED);
  });
});

describe('the helper that runs jobs', () => {
  test('evaluates expressions as GitHub does', () => {
    const contexts = {
      inputs: { minutes: '' },
      steps: { previous: { outputs: { found: 'true' } } },
      failure: () => true,
    };

    expect(
      substitute(`${expression("inputs.minutes || '30'")} and ${expression("join(fromJSON('[1,2]'), ' ')")}`, contexts),
    ).toBe('30 and 1 2');
    expect(substitute(expression("failure() && steps.previous.outputs.found != 'true'"), contexts)).toBe('false');
    expect(substitute(expression("failure() && steps.previous.outputs.found == 'true'"), contexts)).toBe('true');
  });
});
