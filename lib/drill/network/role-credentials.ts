/**
 * Credentials of every function's role, as Lambda puts them into its environment: a running environment has them whatever
 * STS does.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const ROLE_CREDENTIALS = {
  accessKeyId: 'ASIADRILLDRILLDRILLD',
  secretAccessKey: 'drill',
  sessionToken: 'drill',
} as const;
