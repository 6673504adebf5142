import { Annotations, type App, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag/lib/packs/aws-solutions';
import { NIST80053R5Checks } from 'cdk-nag/lib/packs/nist-800-53-r5';
import { ServerlessChecks } from 'cdk-nag/lib/packs/serverless';
import { REVIEW_BY } from '../constructs';

/**
 * Has cdk-nag's packs AwsSolutions, NIST 800-53 R5 and Serverless look at every resource when the app is synthesized. A finding that is
 * not acknowledged beside its construct, with a reason and the day of its next review, fails the synthesis.
 *
 * The packs are imported one by one: all of cdk-nag would load three more.
 *
 * @param today Day of the synthesis. After the review of the acknowledgements was due, a warning says so until it was made.
 * @see https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
 */
export function addRulePacks(app: App, today: Date = new Date()): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app), new ServerlessChecks(app));
  const [first] = app.node.children.filter(Stack.isStack);
  if (first && today.toISOString().slice(0, 10) > REVIEW_BY) {
    Annotations.of(first).addWarningV2(
      'Outlast:ReviewOverdue',
      `acknowledged findings of the rule packs were to be reviewed by ${REVIEW_BY}: look at every call of acknowledge() in lib, then set REVIEW_BY`,
    );
  }
}
