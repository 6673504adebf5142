// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders like this.
import { join } from 'node:path';
import { codeOf, readAssembly } from '../../lib/assembly';
import { problemsOf, readStacks, readTemplate, stackArtifact, writeFiles } from './write-assembly';

const ENVIRONMENT = 'aws://111122223333/us-east-2';
const IT = { Type: 'Test::It' };

describe('stacks', () => {
  test('come in manifest order, with their environment, metadata and construct paths', () => {
    const directory = writeFiles({
      'manifest.json': {
        version: '55.0.0',
        artifacts: {
          'West.assets': { type: 'cdk:asset-manifest', properties: { file: 'missing-but-not-needed.json' } },
          East: stackArtifact('aws://111122223333/us-east-2', 'East.json', {
            dependencies: ['East.assets'],
            properties: { stackName: 'dispatch-east' },
            metadata: { '/East/It/Resource': [{ type: 'aws:cdk:logicalId', data: 'It' }] },
          }),
          'East.assets': { type: 'cdk:asset-manifest', properties: { file: 'East.assets.json' } },
          Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } },
          Nowhere: stackArtifact('aws://unknown-account/unknown-region', 'East.json', {
            dependencies: ['East.assets'],
          }),
          Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
        },
      },
      'East.assets.json': { version: '55.0.0', files: {} },
      'East.json': {
        Metadata: { Outlast: { objectives: { rpoSeconds: 0 } } },
        Resources: { It: { ...IT, DeletionPolicy: 'Retain' } },
      },
      'assembly-Stage/manifest.json': {
        version: '55.0.0',
        artifacts: {
          West: stackArtifact('aws://444455556666/us-west-2', 'West.json', {
            additionalMetadataFile: 'West.meta.json',
          }),
        },
      },
      'assembly-Stage/West.json': { Resources: { It: { ...IT, Metadata: { 'aws:cdk:path': 'Stage/West/It' } } } },
    });

    const assembly = readAssembly(directory);

    expect(assembly.directory).toBe(directory);
    expect(assembly.regions).toEqual(['us-east-2', 'us-west-2']);
    expect(assembly.stacks.map(({ id, name, account, region }) => [id, name, account, region])).toEqual([
      ['East', 'dispatch-east', '111122223333', 'us-east-2'],
      ['West', 'West', '444455556666', 'us-west-2'],
      ['Nowhere', 'Nowhere', 'unknown-account', 'unknown-region'],
    ]);
    expect(assembly.stacks[0]?.metadata).toEqual({ Outlast: { objectives: { rpoSeconds: 0 } } });
    expect(
      assembly.resourcesOf('Test::It').map(({ constructPath, deletionPolicy }) => [constructPath, deletionPolicy]),
    ).toEqual([
      ['East/It/Resource', 'Retain'],
      ['Stage/West/It', undefined],
      [undefined, 'Retain'],
    ]);
  });

  test('of two stages may share an artifact id', () => {
    const stage = { version: '55.0.0', artifacts: { Api: stackArtifact(ENVIRONMENT, 'Api.json') } };
    const nested = (directoryName: string) => ({ type: 'cdk:cloud-assembly', properties: { directoryName } });
    const directory = writeFiles({
      'manifest.json': { version: '55.0.0', artifacts: { A: nested('a'), B: nested('b') } },
      'a/manifest.json': stage,
      'a/Api.json': { Resources: { It: IT } },
      'b/manifest.json': stage,
      'b/Api.json': { Resources: { It: IT }, Outputs: { Out: { Value: { Ref: 'It' } } } },
    });

    const assembly = readAssembly(directory);

    expect(assembly.stacks.map(({ id }) => id)).toEqual(['a/Api', 'b/Api']);
    expect(assembly.referenceIn(assembly.stacks[1]?.outputs.get('Out')?.value)?.resource.stack.id).toBe('b/Api');
  });
});

describe('values between stacks', () => {
  const producer = {
    Resources: { Table: { Type: 'AWS::DynamoDB::Table' } },
    Outputs: { Name: { Value: { Ref: 'Table' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:name' } } } },
  };
  const consumer = (value: object) => ({ Resources: { It: { ...IT, Properties: { Value: value } } } });
  const read = (value: object, region: string, account?: string) =>
    readStacks({
      Data: { region: 'us-east-2', template: producer },
      Api: { region, template: consumer(value), account },
    });
  const valueIn = (...args: Parameters<typeof read>) => read(...args).resourcesOf('Test::It')[0]?.properties.Value;
  const NAME = '{{us-east-2/Data/Table.Ref}}';

  test('are imported from the same account and Region only', () => {
    const value = { 'Fn::ImportValue': { 'Fn::Join': [':', ['Data', 'name']] } };

    expect(valueIn(value, 'us-east-2')).toBe(NAME);
    expect(valueIn(value, 'us-west-2')).toBe('{{us-west-2/Api/Fn::ImportValue("Data:name")}}');
    expect(valueIn(value, 'us-east-2', '444455556666')).toBe('{{us-east-2/Api/Fn::ImportValue("Data:name")}}');
  });

  test('are read from an output in any Region, and in another account through a role of it', () => {
    const output = { StackName: 'Data', OutputName: 'Name', Region: 'us-east-2' };
    const RoleArn = 'arn:aws:iam::111122223333:role/reader';

    expect(valueIn({ 'Fn::GetStackOutput': output }, 'us-west-2')).toBe(NAME);
    expect(valueIn({ 'Fn::GetStackOutput': { ...output, RoleArn } }, 'us-west-2', '444455556666')).toBe(NAME);
    expect(valueIn({ 'Fn::GetStackOutput': output }, 'us-west-2', '444455556666')).toBe(
      '{{us-west-2/Api/Fn::GetStackOutput("Data","Name","us-east-2")}}',
    );
    expect(valueIn({ 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Name' } }, 'us-east-2')).toBe(NAME);
  });

  test('lead back to the resource', () => {
    const assembly = read({ 'Fn::ImportValue': 'Data:name' }, 'us-east-2');
    const [it] = assembly.resourcesOf('Test::It');

    expect(assembly.referenceIn(it?.properties.Value)?.resource).toBe(assembly.stacks[0]?.resource('Table'));
    expect(assembly.stacks[0]?.outputs.get('Name')).toEqual({ value: NAME, exportName: 'Data:name' });
  });

  test('refuses an output that the stack does not have, and outputs that need each other', () => {
    const from = (StackName: string) => ({
      Outputs: { Out: { Value: { 'Fn::Join': ['', [{ 'Fn::GetStackOutput': { StackName, OutputName: 'Out' } }]] } } },
    });

    expect(
      problemsOf(() => read({ 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Nam' } }, 'us-east-2')),
    ).toEqual([expect.objectContaining({ found: '"Nam"', allowed: 'an output of stack Data in us-east-2: Name' })]);
    expect(
      problemsOf(() =>
        readStacks({
          A: { region: 'us-east-2', template: from('B') },
          B: { region: 'us-east-2', template: from('A') },
        }),
      )[0]?.found,
    ).toBe('circular reference to Outputs.Out.Value');
  });

  test('refuses an import of a name that two stacks export', () => {
    const twice = { ...producer, Outputs: { Name: { Value: 'x', Export: { Name: 'Data:name' } } } };

    const problems = problemsOf(() =>
      readStacks({
        Data: { region: 'us-east-2', template: producer },
        More: { region: 'us-east-2', template: twice },
        Api: { region: 'us-east-2', template: consumer({ 'Fn::ImportValue': 'Data:name' }) },
      }),
    );

    expect(problems[0]?.allowed).toBe('an export of one stack, not of Data, More');
  });
});

describe('nested stacks', () => {
  const files = (inner: object, parameters: object = {}) => ({
    'manifest.json': {
      version: '55.0.0',
      artifacts: {
        Outer: stackArtifact(ENVIRONMENT, 'Outer.json', {
          dependencies: ['Outer.assets'],
          metadata: {
            '/Outer/Inner': [{ type: 'aws:cdk:templateFile', data: 'inner.json' }],
            '/Outer/It/Resource': [{ type: 'aws:cdk:logicalId', data: 'It' }],
            '/Outer/Inner/It/Resource': [{ type: 'aws:cdk:logicalId', data: 'It' }],
          },
        }),
        'Outer.assets': { type: 'cdk:asset-manifest', properties: { file: 'Outer.assets.json' } },
      },
    },
    'Outer.assets.json': {
      files: {
        abc: {
          source: { path: 'inner.json', packaging: 'file' },
          destinations: { d: { bucketName: 'assets', objectKey: 'abc.json' } },
        },
      },
    },
    'Outer.json': {
      Resources: {
        It: IT,
        Nested: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: {
            TemplateURL: { 'Fn::Sub': 'https://s3.${AWS::Region}.${AWS::URLSuffix}/assets/abc.json' },
            Parameters: parameters,
          },
        },
        User: { Type: 'Test::User', Properties: { Value: { 'Fn::GetAtt': ['Nested', 'Outputs.Made'] } } },
      },
    },
    'inner.json': inner,
  });

  test('are stacks of their own whose parameters and outputs pass through', () => {
    const inner = {
      Parameters: { Given: { Type: 'String' } },
      Resources: { It: { ...IT, Properties: { Value: { Ref: 'Given' }, Stack: { Ref: 'AWS::StackName' } } } },
      Outputs: { Made: { Value: { 'Fn::GetAtt': ['It', 'Arn'] } } },
    };
    const assembly = readAssembly(writeFiles(files(inner, { Given: { Ref: 'It' } })));
    const [outer, nested] = assembly.stacks;

    expect(assembly.stacks.map(({ id, parent }) => [id, parent?.id])).toEqual([
      ['Outer', undefined],
      ['Outer/Nested', 'Outer'],
    ]);
    expect(nested?.resource('It')?.properties).toEqual({
      Value: '{{us-east-2/Outer/It.Ref}}',
      Stack: '{{us-east-2/Outer/Nested/AWS::StackName}}',
    });
    expect(assembly.referenceIn(outer?.resource('User')?.properties.Value)?.resource).toBe(nested?.resource('It'));
    expect(nested?.resource('It')?.constructPath).toBe('Outer/Inner/It/Resource');
    expect(outer?.resource('It')?.constructPath).toBe('Outer/It/Resource');
  });

  test('refuses an output the nested stack does not have, and a stack nested in itself', () => {
    const own = {
      Resources: {
        Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://s3/assets/abc.json' } },
      },
      Outputs: { Made: { Value: 1 } },
    };

    expect(problemsOf(() => readAssembly(writeFiles(files({ Resources: {} }))))[0]?.allowed).toBe(
      'an output of the nested stack: none',
    );
    expect(problemsOf(() => readAssembly(writeFiles(files(own))))[0]?.found).toBe('a stack nested in itself');
  });
});

describe('assets', () => {
  const read = (code: object, more: Record<string, unknown> = {}) => {
    const destination = (region: string) => ({ bucketName: `assets-${region}`, objectKey: 'fn/abc.zip', region });
    return readAssembly(
      writeFiles({
        'manifest.json': {
          version: '55.0.0',
          artifacts: {
            Api: stackArtifact(ENVIRONMENT, 'Api.json', { dependencies: ['Api.assets'] }),
            'Api.assets': { type: 'cdk:asset-manifest', properties: { file: 'Api.assets.json' } },
          },
        },
        'Api.assets.json': {
          files: {
            abc: {
              source: { path: 'asset.abc', packaging: 'zip' },
              destinations: { a: destination('us-east-2'), b: destination('us-west-2') },
            },
            def: { source: { executable: ['make', 'it'] }, destinations: {} },
          },
        },
        'Api.json': { Resources: { Fn: { Type: 'AWS::Lambda::Function', Properties: { Code: code } } } },
        ...more,
      }),
    );
  };
  const codeIn = (assembly: ReturnType<typeof read>) => codeOf(assembly.resources[0] as (typeof assembly.resources)[0]);

  test('are found by the key of their object, with and without its prefix, and by their hash', () => {
    const assembly = read({ S3Bucket: 'assets-us-east-2', S3Key: 'fn/abc.zip' }, { 'asset.abc/index.js': '' });
    const found = {
      id: 'abc',
      path: join(assembly.directory, 'asset.abc'),
      packaging: 'zip',
      destinations: [
        { bucketName: 'assets-us-east-2', objectKey: 'fn/abc.zip', region: 'us-east-2' },
        { bucketName: 'assets-us-west-2', objectKey: 'fn/abc.zip', region: 'us-west-2' },
      ],
    };

    expect(codeIn(assembly)).toEqual({ kind: 'asset', asset: found });
    for (const key of ['abc.zip', 'abc', 'other/abc.zip']) expect(assembly.stacks[0]?.asset(key)).toEqual(found);
    expect(assembly.stacks[0]?.asset('ab')).toBeUndefined();
  });

  test('tell inline code, images and foreign objects apart', () => {
    expect(codeIn(read({ ZipFile: 'exports.handler = 1' }))).toEqual({ kind: 'inline', source: 'exports.handler = 1' });
    expect(codeIn(read({ ImageUri: 'repo:tag' }))).toEqual({ kind: 'image', uri: 'repo:tag' });
    expect(codeIn(read({ S3Bucket: 'b', S3Key: 'theirs.zip' }))).toEqual({
      kind: 'elsewhere',
      found: '{"S3Bucket":"b","S3Key":"theirs.zip"}',
    });
  });

  test('refuses an asset whose directory is missing or that a command builds', () => {
    const assembly = read({ S3Key: 'abc.zip' });

    expect(problemsOf(() => codeIn(assembly))).toEqual([
      expect.objectContaining({ field: 'Api.assets.json files.abc.source.path', found: '"asset.abc"' }),
    ]);
    expect(problemsOf(() => assembly.stacks[0]?.asset('def'))[0]?.field).toBe('Api.assets.json files.def.source');
  });
});

describe('an assembly that cannot be used', () => {
  const manifest = (artifacts: unknown) => ({ 'manifest.json': { version: '55.0.0', artifacts } });
  const deep = `${'['.repeat(300)}${']'.repeat(300)}`;

  test.each<[string, Record<string, unknown>, string, string | RegExp]>([
    ['without a manifest', {}, 'manifest.json', 'ENOENT'],
    ['with a broken manifest', { 'manifest.json': '{' }, 'manifest.json', /^broken JSON/],
    ['with a manifest of no shape', { 'manifest.json': '[]' }, 'manifest.json', '[]'],
    ['without a version', { 'manifest.json': { artifacts: {} } }, 'manifest.json version', 'nothing'],
    ['with artifacts of no shape', manifest([]), 'manifest.json artifacts', '[]'],
    [
      'with an environment of no shape',
      manifest({ A: stackArtifact('us-east-2', 'A.json') }),
      'manifest.json artifacts.A.environment',
      '"us-east-2"',
    ],
    [
      'without a template’s name',
      manifest({ A: { type: 'aws:cloudformation:stack', environment: ENVIRONMENT } }),
      'manifest.json artifacts.A.properties.templateFile',
      'nothing',
    ],
    ['without a template', manifest({ A: stackArtifact(ENVIRONMENT, 'A.json') }), 'A.json', 'ENOENT'],
    [
      'with a broken template',
      { ...manifest({ A: stackArtifact(ENVIRONMENT, 'A.json') }), 'A.json': 'Resources:' },
      'A.json',
      /^broken JSON/,
    ],
    [
      'with resources of no shape',
      { ...manifest({ A: stackArtifact(ENVIRONMENT, 'A.json') }), 'A.json': { Resources: [] } },
      'A.json Resources',
      '[]',
    ],
    [
      'with a template too deep',
      { ...manifest({ A: stackArtifact(ENVIRONMENT, 'A.json') }), 'A.json': `{"Resources":{"A":${deep}}}` },
      'A.json',
      'nesting of more than 200 levels',
    ],
    [
      'nested in itself',
      manifest({ A: { type: 'cdk:cloud-assembly', properties: { directoryName: '.' } } }),
      'manifest.json',
      'an assembly nested in itself',
    ],
  ])('refuses an assembly %s', (_, files, field, found) => {
    const problems = problemsOf(() => readAssembly(writeFiles(files)));

    expect(problems).toEqual([
      expect.objectContaining({ field, found: typeof found === 'string' ? found : expect.stringMatching(found) }),
    ]);
  });

  test('refuses every broken file at once, in one message without a stack trace', () => {
    const directory = writeFiles(
      manifest({ A: stackArtifact(ENVIRONMENT, 'A.json'), B: stackArtifact(ENVIRONMENT, 'B.json') }),
    );

    expect(problemsOf(() => readAssembly(directory)).map(({ field }) => field)).toEqual(['A.json', 'B.json']);
    expect(() => readAssembly(directory)).toThrow(/2 problems\n {2}A\.json: found ENOENT; allowed: a readable file/);
  });

  test('refuses resources that need each other, through references or DependsOn', () => {
    const ref = (name: string) => ({ ...IT, Properties: { Value: [{ 'Fn::Sub': `\${${name}}` }] } });
    const template = { Resources: { A: ref('B'), B: { ...IT, DependsOn: 'C' }, C: ref('A'), D: ref('A') } };

    expect(problemsOf(() => readTemplate(template))).toEqual([
      expect.objectContaining({
        field: 'Stack.json Resources.C.Properties.Value[0].Fn::Sub',
        found: 'circular reference A → B → C → A',
      }),
    ]);
  });

  test('refuses a dependency on a resource that is not there', () => {
    expect(problemsOf(() => readTemplate({ Resources: { A: { ...IT, DependsOn: ['B'] } } }))[0]).toMatchObject({
      field: 'Stack.json Resources.A.DependsOn',
      found: '"B"',
    });
  });
});
