import { quoteFound } from '../bad-input';
import type { AssetLocation } from './asset-manifest';
import { member } from './json';
import type { AssemblyResource } from './stack';

/** Where the code of a Lambda function or layer is. */
export type FunctionCode =
  | { readonly kind: 'asset'; readonly asset: AssetLocation }
  | { readonly kind: 'inline'; readonly source: string }
  | { readonly kind: 'image'; readonly uri: string }
  | { readonly kind: 'elsewhere'; readonly found: string };

/**
 * Finds the code of an `AWS::Lambda::Function`: the asset behind `Code.S3Key`, the text of `Code.ZipFile`, the image
 * behind `Code.ImageUri`; `elsewhere` when the object is no asset of the stack.
 *
 * @throws BadInput when the asset's directory is missing.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export function codeOf(resource: AssemblyResource): FunctionCode {
  const code = member(resource.properties, 'Code') ?? member(resource.properties, 'Content');
  const [key, source, uri] = [member(code, 'S3Key'), member(code, 'ZipFile'), member(code, 'ImageUri')];
  if (typeof source === 'string') return { kind: 'inline', source };
  if (typeof uri === 'string') return { kind: 'image', uri };
  const asset = typeof key === 'string' ? resource.stack.asset(key) : undefined;
  return asset ? { kind: 'asset', asset } : { kind: 'elsewhere', found: quoteFound(code) };
}
