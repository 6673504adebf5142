import { type App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag/lib/packs/aws-solutions';
import { NIST80053R5Checks } from 'cdk-nag/lib/packs/nist-800-53-r5';
import { ServerlessChecks } from 'cdk-nag/lib/packs/serverless';

/**
 * Has cdk-nag's packs AwsSolutions, NIST 800-53 R5 and Serverless look at every resource when the app is synthesized. A finding that is
 * not acknowledged beside its construct, with a reason and the day of its next review, fails the synthesis.
 *
 * The packs are imported one by one: all of cdk-nag would load three more.
 *
 * @see https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
 */
export function addRulePacks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app), new ServerlessChecks(app));
}
