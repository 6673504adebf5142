import { App } from 'aws-cdk-lib/core';
import { runCommand } from '../lib/bad-input';
import { isZoned, loadConfig } from '../lib/config';
import { Blueprint, ZoneStack } from '../lib/stacks';
import { addRulePacks } from '../lib/stacks/rule-packs';

void runCommand(() => {
  // An app that synthesizes by itself on exit would write an empty assembly over the last good one after bad input.
  const app = new App({ autoSynth: false, analyticsReporting: false });
  const config = loadConfig(app.node.tryGetContext('config'), app.node.tryGetContext('profile'));
  if (isZoned(config)) new Blueprint(app, config);
  else new ZoneStack(app, config);
  addRulePacks(app);
  app.synth();
  return Number(process.exitCode ?? 0);
});
