/**
 * A construct was asked for something that AWS would refuse at deployment or, worse, take and ignore in an outage.
 *
 * The code is stable and can be tested for; the message is for people and may change.
 */
export class BlueprintError extends Error {
  /**
   * @param code What is wrong, in PascalCase, for example `HealthCheckProbesGatedRecord`.
   * @param message Property, what is allowed and what was given.
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'BlueprintError';
  }
}
