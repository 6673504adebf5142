import { App, type Stack } from 'aws-cdk-lib/core';
import cdkJson from '../../cdk.json';
import type { ZonedConfig } from '../../lib/config';
import { Blueprint } from '../../lib/stacks';

/** A resource of a template, as far as the tests look at it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** A synthesized template without what changes with every release of the CDK or every line of a handler. */
export interface NormalTemplate {
  readonly Description?: string;
  readonly Metadata?: Record<string, unknown>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

/**
 * An app with the feature flags of `cdk.json`, but one that leaves handlers unbundled, so that a test does not wait for esbuild, and
 * warnings unprinted, for the tests ask for them.
 */
export function testApp(): App {
  return new App({
    analyticsReporting: false,
    context: {
      ...cdkJson.context,
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:annotationsInValidationReport': false,
    },
  });
}

/** Templates of every stack of a blueprint, by stack name. */
export function synthesize(config: ZonedConfig): Readonly<Record<string, NormalTemplate>> {
  const app = testApp();
  new Blueprint(app, config);
  return Object.fromEntries(app.synth().stacks.map((stack) => [stack.stackName, normalised(stack.template)]));
}

/** Template of one stack of a test, with the checks of the whole app. */
export function templateOf(stack: Stack): NormalTemplate {
  const app = stack.node.root as App;
  return normalised(app.synth({ force: true }).getStackByName(stack.stackName).template);
}

/** Properties of every resource of a type, in the order of the template. */
export function propertiesOf(template: NormalTemplate, type: string): Record<string, unknown>[] {
  return Object.values(template.Resources)
    .filter((resource) => resource.Type === type)
    .map((resource) => resource.Properties);
}

function normalised(template: unknown): NormalTemplate {
  const { Parameters, Rules, ...rest } = template as Record<string, unknown>;
  return JSON.parse(
    JSON.stringify(rest)
      .replace(/\b[0-9a-f]{64}\b/g, '<asset hash>')
      // A version of a function has the hash of all that belongs to it at the end of its logical id.
      .replace(/\b(\w+CurrentVersion[0-9A-F]{8})[0-9a-f]{32}\b/g, '$1'),
  );
}
