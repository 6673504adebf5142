export { type Assembly, readAssembly } from './assembly';
export type { AssetLocation } from './asset-manifest';
export { codeOf, type FunctionCode } from './function-code';
export type { JsonObject, JsonValue } from './json';
export { UNKNOWN_REGION } from './pseudo-parameters';
export type { Reference, ReferenceQuery } from './references';
export {
  type AssemblyOutput,
  type AssemblyResource,
  type AssemblyStack,
  addressOf,
  type ConditionOutcome,
} from './stack';
