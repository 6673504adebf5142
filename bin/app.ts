import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { runCommand } from '../lib/bad-input';
import { loadConfig } from '../lib/config';
import { Blueprint } from '../lib/stacks';

void runCommand(() => {
  // An app that synthesizes by itself on exit would write an empty assembly over the last good one after bad input.
  const app = new App({ autoSynth: false, analyticsReporting: false });
  const config = loadConfig(app.node.tryGetContext('config'));
  new Blueprint(app, config);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  return Number(process.exitCode ?? 0);
});
