// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders like this.
import { problemsOf, readTemplate, resolveValue } from './write-assembly';

const template = {
  Parameters: {
    Stage: { Type: 'String', Default: 'live' },
    Size: { Type: 'Number', Default: '512' },
    Subnets: { Type: 'CommaDelimitedList', Default: 'subnet-a, subnet-b' },
    Ports: { Type: 'List<Number>', Default: '80,443' },
    Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/images/latest' },
    Secret: { Type: 'String' },
  },
  Mappings: { Zones: { 'us-east-2': { count: 3, names: ['a', 'b'] } } },
  Conditions: { Yes: { 'Fn::Equals': [1, 1] }, No: { 'Fn::Equals': [1, 2] } },
  Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api' } },
};
const API = '{{us-east-2/Stack/Api.Ref}}';
const API_ID = '{{us-east-2/Stack/Api.ApiId}}';

describe('intrinsic functions', () => {
  test.each([
    ['a Region', { Ref: 'AWS::Region' }, 'us-east-2'],
    ['an account', { Ref: 'AWS::AccountId' }, '111122223333'],
    ['a partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['a URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['a stack name', { Ref: 'AWS::StackName' }, 'Stack'],
    ['a stack id, which only a deployed stack has', { Ref: 'AWS::StackId' }, '{{us-east-2/Stack/AWS::StackId}}'],
    ['a parameter', { Ref: 'Stage' }, 'live'],
    ['a numeric parameter', { Ref: 'Size' }, 512],
    ['a list parameter', { Ref: 'Subnets' }, ['subnet-a', 'subnet-b']],
    ['a list parameter of numbers', { Ref: 'Ports' }, ['80', '443']],
    ['a parameter kept in Parameter Store', { Ref: 'Image' }, '{{us-east-2/Stack/Image}}'],
    ['a parameter without a default', { Ref: 'Secret' }, '{{us-east-2/Stack/Secret}}'],
    ['a resource', { Ref: 'Api' }, API],
    ['an attribute, as a list', { 'Fn::GetAtt': ['Api', 'ApiId'] }, API_ID],
    ['an attribute, as a text', { 'Fn::GetAtt': 'Api.ApiId' }, API_ID],
    ['an attribute with dots', { 'Fn::GetAtt': 'Api.Endpoint.Address' }, '{{us-east-2/Stack/Api.Endpoint.Address}}'],
    ['Join', { 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Api' }]] }, `a-1-true-${API}`],
    ['Join of a list parameter', { 'Fn::Join': ['|', { Ref: 'Subnets' }] }, 'subnet-a|subnet-b'],
    ['Join of nothing', { 'Fn::Join': [',', [{ Ref: 'AWS::NoValue' }]] }, ''],
    [
      'Join of an unknown list',
      { 'Fn::Join': [',', { Ref: 'Api' }] },
      '{{us-east-2/Stack/Fn::Join(",","<us-east-2/Stack/Api.Ref>")}}',
    ],
    ['Sub', { 'Fn::Sub': '${Stage}.${AWS::Region}/${Api.ApiId}/${Api}' }, `live.us-east-2/${API_ID}/${API}`],
    [
      'Sub with variables, which come first',
      { 'Fn::Sub': ['${Stage}-${Other}', { Stage: 'x', Other: { Ref: 'Size' } }] },
      'x-512',
    ],
    ['Sub with a literal', { 'Fn::Sub': 'keep ${!Stage} and $ and {}' }, 'keep ${Stage} and $ and {}'],
    ['Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Select of Split', { 'Fn::Select': [2, { 'Fn::Split': ['/', 'https://host/path'] }] }, 'host'],
    [
      'Select of a token',
      { 'Fn::Select': [0, { 'Fn::Split': ['/', { Ref: 'Api' }] }] },
      expect.stringMatching(/^\{\{us-east-2\/Stack\/Fn::Select\(0,.*Fn::Split.*\)\}\}$/),
    ],
    ['Split', { 'Fn::Split': [',', 'a,b,,c'] }, ['a', 'b', '', 'c']],
    ['If, true', { 'Fn::If': ['Yes', { Ref: 'Stage' }, { Ref: 'Nowhere' }] }, 'live'],
    ['If, false', { 'Fn::If': ['No', { Ref: 'Nowhere' }, [1]] }, [1]],
    ['FindInMap', { 'Fn::FindInMap': ['Zones', { Ref: 'AWS::Region' }, 'count'] }, 3],
    ['FindInMap of a list', { 'Fn::FindInMap': ['Zones', 'us-east-2', 'names'] }, ['a', 'b']],
    [
      'FindInMap with a default',
      { 'Fn::FindInMap': ['Zones', 'constructor', 'x', { DefaultValue: { Ref: 'Stage' } }] },
      'live',
    ],
    [
      'FindInMap with an unknown key',
      { 'Fn::FindInMap': ['Zones', { Ref: 'Secret' }, 'count'] },
      '{{us-east-2/Stack/Fn::FindInMap("Zones","<us-east-2/Stack/Secret>","count")}}',
    ],
    ['Base64', { 'Fn::Base64': { 'Fn::Sub': 'é ${Stage}' } }, 'w6kgbGl2ZQ=='],
    [
      'Base64 of a token',
      { 'Fn::Base64': { Ref: 'Api' } },
      '{{us-east-2/Stack/Fn::Base64("<us-east-2/Stack/Api.Ref>")}}',
    ],
    [
      'Cidr',
      { 'Fn::Cidr': ['192.168.0.0/24', '6', '5'] },
      ['0', '32', '64', '96', '128', '160'].map((part) => `192.168.0.${part}/27`),
    ],
    [
      'Cidr of a block not written at its start',
      { 'Fn::Cidr': ['10.0.5.77/16', 2, 8] },
      ['10.0.0.0/24', '10.0.1.0/24'],
    ],
    [
      'Cidr of IPv6',
      { 'Fn::Cidr': ['2001:db8:1234:1a00::/56', 2, 64] },
      ['2001:db8:1234:1a00::/64', '2001:db8:1234:1a01::/64'],
    ],
    ['Cidr without subnet bits', { 'Fn::Cidr': ['10.0.0.0/16', 2] }, '{{us-east-2/Stack/Fn::Cidr("10.0.0.0/16",2)}}'],
    [
      'Cidr of a token',
      { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Api', 'Block'] }, 1, 8] },
      expect.stringMatching(/^\{\{us-east-2\/Stack\/Fn::Cidr/),
    ],
    ['GetAZs', { 'Fn::GetAZs': '' }, '{{us-east-2/Stack/Fn::GetAZs("us-east-2")}}'],
    ['GetAZs of another Region', { 'Fn::GetAZs': 'eu-west-1' }, '{{us-east-2/Stack/Fn::GetAZs("eu-west-1")}}'],
    [
      'ImportValue from outside',
      { 'Fn::ImportValue': 'shared-vpc' },
      '{{us-east-2/Stack/Fn::ImportValue("shared-vpc")}}',
    ],
    [
      'ToJsonString',
      { 'Fn::ToJsonString': { a: { Ref: 'Stage' }, b: [1, { Ref: 'AWS::NoValue' }] } },
      '{"a":"live","b":[1]}',
    ],
    ['Length', { 'Fn::Length': { Ref: 'Subnets' } }, 2],
    [
      'Length of an unknown list',
      { 'Fn::Length': { Ref: 'Api' } },
      '{{us-east-2/Stack/Fn::Length("<us-east-2/Stack/Api.Ref>")}}',
    ],
    [
      'Transform',
      { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://b/k' } } },
      expect.stringMatching(/^\{\{us-east-2\/Stack\/Fn::Transform#[0-9a-f]{12}\}\}$/),
    ],
  ])('resolves %s', (_, value, expected) => {
    expect(resolveValue(value, template)).toEqual(expected);
  });

  test('removes properties and list items that are AWS::NoValue', () => {
    const none = { Ref: 'AWS::NoValue' };
    const value = { a: none, b: [1, none, { 'Fn::If': ['No', 2, none] }], c: { d: none } };

    expect(resolveValue(value, template)).toEqual({ b: [1], c: {} });
  });

  test('keeps objects that only look like functions', () => {
    const value = { Condition: { StringEquals: { 'aws:x': 'y' } }, Both: { Ref: 'Stage', 'Fn::Other': 1 } };

    expect(resolveValue(value, template)).toEqual(value);
  });

  test('keeps members whose names every object inherits', () => {
    const value = JSON.parse('{"__proto__":{"Ref":"Stage"},"constructor":1}');

    expect(JSON.stringify(resolveValue(value, template))).toBe('{"__proto__":"live","constructor":1}');
  });

  test('reads a FindInMap whose key depends on the partition of the Region', () => {
    const china = 'aws://111122223333/cn-north-1';

    expect(resolveValue({ 'Fn::Sub': '${AWS::Partition}/${AWS::URLSuffix}' }, {}, china)).toBe(
      'aws-cn/amazonaws.com.cn',
    );
    expect(resolveValue({ Ref: 'AWS::Partition' }, {}, 'aws://111122223333/moon-base-1')).toBe(
      '{{moon-base-1/Stack/AWS::Partition}}',
    );
  });

  test('leaves Region and account of a stack without an environment as tokens', () => {
    const environment = 'aws://unknown-account/unknown-region';

    expect(resolveValue({ 'Fn::Sub': '${AWS::Region}:${AWS::AccountId}' }, {}, environment)).toBe(
      '{{unknown-region/Stack/AWS::Region}}:{{unknown-region/Stack/AWS::AccountId}}',
    );
  });

  test('prefers the value the manifest passes to a parameter over its default', () => {
    const written = {
      Parameters: { Stage: { Type: 'String', Default: 'live' } },
      Outputs: { Out: { Value: { Ref: 'Stage' } } },
    };
    const assembly = readTemplate(written, undefined, { properties: { parameters: { Stage: 'test' } } });

    expect(assembly.stacks[0]?.outputs.get('Out')).toEqual({ value: 'test' });
  });

  test.each([
    ['an unknown name', { Ref: 'Nowhere' }, 'Ref', '"Nowhere"'],
    ['a name that every object inherits', { Ref: 'constructor' }, 'Ref', '"constructor"'],
    ['an unknown pseudo-parameter', { Ref: 'AWS::Moon' }, 'Ref', '"AWS::Moon"'],
    ['a Ref of no name', { Ref: 5 }, 'Ref', '5'],
    ['an attribute of nothing', { 'Fn::GetAtt': ['Nowhere', 'Arn'] }, 'Fn::GetAtt', '"Nowhere"'],
    ['an attribute without a name', { 'Fn::GetAtt': 'Api' }, 'Fn::GetAtt', '"Api"'],
    ['a Join without a list', { 'Fn::Join': [',', 'abc'] }, 'Fn::Join[1]', '"abc"'],
    ['a Join of objects', { 'Fn::Join': [',', [{ a: 1 }]] }, 'Fn::Join[1]', '[{"a":1}]'],
    ['a Join of one operand', { 'Fn::Join': [','] }, 'Fn::Join', '[","]'],
    ['a Select beyond the end', { 'Fn::Select': [2, ['a', 'b']] }, 'Fn::Select[0]', '2'],
    ['a Select before the start', { 'Fn::Select': [-1, ['a', 'b']] }, 'Fn::Select[0]', '-1'],
    ['a Sub of an object', { 'Fn::Sub': ['${A}', { A: { b: 1 } }] }, 'Fn::Sub', '"${A}"'],
    [
      'an unmapped key',
      { 'Fn::FindInMap': ['Zones', 'eu-west-1', 'count'] },
      'Fn::FindInMap',
      '["Zones","eu-west-1","count"]',
    ],
    ['an If of an unknown condition', { 'Fn::If': ['Maybe', 1, 2] }, 'Fn::If[0]', '"Maybe"'],
    ['a Cidr that does not fit', { 'Fn::Cidr': ['10.0.0.0/24', 5, 6] }, 'Fn::Cidr', '["10.0.0.0/24",5,6]'],
    ['a Cidr of no block', { 'Fn::Cidr': ['10.0.0/24', 1, 6] }, 'Fn::Cidr', '["10.0.0/24",1,6]'],
    ['an unknown function', { 'Fn::ForEach::Loop': [] }, 'Fn::ForEach::Loop', '[]'],
  ])('refuses %s and says where', (_, value, where, found) => {
    const problems = problemsOf(() => resolveValue(value, template));

    expect(problems).toEqual([
      expect.objectContaining({ field: `Stack.json Resources.It.Properties.Value.${where}`, found }),
    ]);
  });

  test('refuses every fault of every resource at once', () => {
    const faulty = { Type: 'Test::It', Properties: { One: { Ref: 'A' }, Two: [{ 'Fn::Sub': '${B} ${C.D}' }] } };

    const problems = problemsOf(() => readTemplate({ Resources: { X: faulty, Y: { Properties: {} } } }));

    expect(problems.map(({ field, found }) => `${field}: ${found}`)).toEqual([
      'Stack.json Resources.X.Properties.One.Ref: "A"',
      'Stack.json Resources.X.Properties.Two[0].Fn::Sub: "B"',
      'Stack.json Resources.X.Properties.Two[0].Fn::Sub: "C"',
      'Stack.json Resources.Y: {"Properties":{}}',
    ]);
  });
});
