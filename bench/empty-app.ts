import { App, Stack } from 'aws-cdk-lib/core';

/** The least that can be synthesized: what every synth of the blueprint is compared with. */
const app = new App();
new Stack(app, 'Empty', { env: { account: '111111111111', region: 'us-east-2' } });
app.synth();
