/** The parts of dynalite (pure JavaScript) that the drill calls: its actions, validations and key encoding. */
declare module 'dynalite/actions/*' {
  const action: (
    store: unknown,
    data: Record<string, unknown>,
    callback: (error: unknown, output?: Record<string, unknown>) => void,
  ) => void;
  export = action;
}
declare module 'dynalite/validations' {
  export function checkTypes(data: Record<string, unknown>, types: Record<string, unknown>): Record<string, unknown>;
  export function checkValidations(
    data: Record<string, unknown>,
    types: Record<string, unknown>,
    custom: unknown,
    store: unknown,
  ): void;
}
declare module 'dynalite/validations/*' {
  export const types: Record<string, unknown>;
  export const custom: unknown;
}
declare module 'dynalite/db' {
  type Image = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  export function itemSize(item: Image): number;
  export function createKey(item: Record<string, unknown>, table: unknown): string;
  export function getIndexActions(
    indexes: unknown,
    existing: Image | undefined,
    image: Image | undefined,
    table: unknown,
  ): {
    readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Image }[];
    readonly deletes: readonly { readonly index: string; readonly key: string }[];
  };
}
declare module 'dynalite/db/conditionParser' {
  const parser: import('./expression-cache').ExpressionParser;
  export = parser;
}
declare module 'dynalite/db/updateParser' {
  const parser: import('./expression-cache').ExpressionParser;
  export = parser;
}
