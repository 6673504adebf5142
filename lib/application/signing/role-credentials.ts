/** Credentials of the function's role, as the signer takes them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** @default - the credentials are not temporary */
  readonly sessionToken?: string;
}

/**
 * Reads the credentials that Lambda sets for as long as an execution environment lives. No call is made for them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function roleCredentials(variables: Readonly<Record<string, string | undefined>>): RoleCredentials {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = variables;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
  };
}
